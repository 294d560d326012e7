import type { CDPSession, Page } from 'playwright-core'

/**
 * Everything of a page and its frames that a developer would see as an error: uncaught exceptions and rejections, and what the
 * browser logs as one, by its own protocol. Requests that fail are the network's affair.
 */
export const watchFaults = async (page: Page): Promise<{ faults: string[]; session: CDPSession }> => {
  const faults: string[] = []
  const session = await page.context().newCDPSession(page)
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }) =>
    faults.push(`${text} ${exception?.description ?? exception?.value ?? ''}`),
  )
  session.on('Log.entryAdded', ({ entry: { level, source, text } }) => {
    if (level === 'error' && source !== 'network') faults.push(`${source}: ${text}`)
  })
  page.on('pageerror', (error) => faults.push(`${error}`)) // of frames in other processes too
  await Promise.all([session.send('Runtime.enable'), session.send('Log.enable')])
  return { faults, session }
}
