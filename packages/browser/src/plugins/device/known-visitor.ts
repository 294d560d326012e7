/** What the tag keeps on the device of its visitor, as far as plugins look. */
export interface KnownVisitor {
  version: number
  anonymousId?: string
}

/**
 * The copies that `device.ts` keeps in the cookie and in localStorage, as they are; undefined where there is none. Read here again: sharing
 * that code would cost the default tag bytes.
 */
export const readCopies = (): { cookie: string | undefined; localStorage: string | undefined } => {
  const copies: ReturnType<typeof readCopies> = { cookie: undefined, localStorage: undefined }
  try {
    const value = document.cookie.match(/\bspartito=([^;]*)/)?.[1]
    if (value) copies.cookie = decodeURIComponent(value)
    copies.localStorage = localStorage.spartito
  } catch {
    // refused by the browser's settings, or not the tag's: what came before is what there is
  }
  return copies
}

/** The newest of the copies, as the tag decides it; undefined where there is none, as before consent. */
export const knownVisitor = (): KnownVisitor | undefined => {
  let newest: KnownVisitor | undefined
  const { cookie, localStorage: own } = readCopies()
  for (const copy of [own, cookie])
    try {
      const found = JSON.parse(copy ?? '') as KnownVisitor
      if (found.version > (newest?.version ?? 0)) newest = found
    } catch {
      // absent, or not the tag's: the other copy may be there
    }
  return newest
}

/**
 * Hands audiences in as another tab would: a newer copy in localStorage, and the event that tells of it. Where localStorage is refused, and
 * where the tag keeps nothing on the device, they stay as the last answer said.
 */
export const renew = (audiences: readonly unknown[]): void => {
  const known = knownVisitor()
  if (!known) return
  try {
    localStorage.spartito = JSON.stringify({ ...known, audiences, version: known.version + 1 })
    dispatchEvent(new Event('storage'))
  } catch {
    // refused by the browser's settings, or full
  }
}
