import type { Page } from 'playwright-core'
import type { Visit } from './start-capture.ts'

// Chromium's headless shell has no window that could be hidden, and no back/forward cache: the page is given the events that it would get,
// in their order, and is really frozen meanwhile.

export const setHidden = (page: Page, isHidden: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    for (const [name, value] of Object.entries({ hidden: true, visibilityState: 'hidden' }))
      if (hidden) Object.defineProperty(document, name, { value, configurable: true })
      else Reflect.deleteProperty(document, name)
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, isHidden)

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** What a page goes through that is left and comes back by the back/forward cache. */
export const goAndComeBack = async ({ page, context }: Visit, awayMs: number): Promise<void> => {
  const session = await context.newCDPSession(page)
  const tell = (type: string): Promise<void> =>
    page.evaluate((name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type)
  await tell('pagehide')
  await setHidden(page, true)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await wait(awayMs)
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await tell('pageshow')
  await setHidden(page, false)
}
