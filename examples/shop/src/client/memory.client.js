/**
 * Reads what the shop itself keeps in this browser. Storage may be closed (private windows, blocked cookies):
 * then nothing is known, and the shop goes on.
 *
 * @param {string} key
 * @param {'localStorage' | 'sessionStorage'} [store]
 * @returns {any} undefined when there is nothing
 */
export const recall = (key, store = 'localStorage') => {
  try {
    return JSON.parse(window[store].getItem(`shop.${key}`) ?? 'null') ?? undefined
  } catch {
    return undefined // closed, or written by somebody else
  }
}

/**
 * @param {string} key
 * @param {unknown} value undefined forgets it
 * @param {'localStorage' | 'sessionStorage'} [store]
 */
export const remember = (key, value, store = 'localStorage') => {
  try {
    if (value === undefined) window[store].removeItem(`shop.${key}`)
    else window[store].setItem(`shop.${key}`, JSON.stringify(value))
  } catch {
    // closed or full: this page still shows it, the next one will not know
  }
}
