import { pageUrl } from './page-context.ts'

/**
 * Calls back when a single-page application goes to another address, and when the browser brings a page back from its
 * back/forward cache. A replaced address is the same page, as is another fragment. A task is left for the title to follow.
 */
export const onNavigation = (listener: () => void): void => {
  let shown = pageUrl(location.href)

  const look = (isNew: unknown): void => {
    try {
      setTimeout(() => {
        const url = pageUrl(location.href)
        if (isNew && url !== shown) listener()
        shown = url
      })
    } catch {
      // QU4: the page's own navigation goes on, whatever it has done to its timers
    }
  }

  // browsers before 2026 may lack it
  const { navigation } = window as Partial<Window>
  if (navigation)
    navigation.addEventListener('currententrychange', ({ navigationType }) => look(navigationType !== 'replace'))
  else {
    const original = history.pushState
    history.pushState = (...input) => {
      original.apply(history, input)
      look(true)
    }
    addEventListener('popstate', look) // any event is truthy
  }

  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) listener()
  })
}
