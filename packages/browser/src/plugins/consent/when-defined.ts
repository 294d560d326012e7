const firstLookMs = 500
const lastLookMs = 64_000

/**
 * Calls back once with the page's function of a name, which may come later than this: looks when anything of the page has loaded (scripts
 * say so only to those who capture), and for what is defined in between at intervals that double, for two minutes. Leaves no global behind.
 */
export const whenDefined = (name: string, found: (api: (...input: unknown[]) => void) => void): void => {
  const end = new AbortController()
  const look = (): void => {
    const api = (window as unknown as Record<string, unknown>)[name]
    if (typeof api !== 'function' || end.signal.aborted) return
    end.abort()
    try {
      found(api as (...input: unknown[]) => void)
    } catch {
      // a platform that is broken says nothing: what nobody has decided stays so
    }
  }
  const lookAgain = (delayMs: number): void => {
    look()
    if (!end.signal.aborted && delayMs <= lastLookMs) setTimeout(lookAgain, delayMs, delayMs * 2)
  }
  // the load of a script never reaches the window, the load of the page never the document
  for (const target of [document, window]) target.addEventListener('load', look, { capture: true, signal: end.signal })
  lookAgain(firstLookMs)
}
