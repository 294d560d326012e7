import type { Browser, CDPSession, Page } from 'playwright-core'
import type { Contender } from './contenders.ts'
import { startEdge } from './edge.ts'
import { startSite } from './site.ts'

/** Measures something on a contender's page, in a browser that has never seen it, with its own edge and site, which end with it. */
export const onPage = async <T>(
  browser: Browser,
  contender: Contender,
  measure: (page: Page, devtools: CDPSession) => Promise<T>,
): Promise<T> => {
  const edge = await startEdge(contender.answers)
  const site = await startSite(contender, edge.origin, 0)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`${site.origin}/`)
    const devtools = await context.newCDPSession(page)
    await devtools.send('HeapProfiler.enable')
    return await measure(page, devtools)
  } finally {
    await context.close()
    await site.stop()
    await edge.stop()
  }
}
