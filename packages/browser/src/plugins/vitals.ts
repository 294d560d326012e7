import { type MetricType, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import { pageUrl } from '../page-context.ts'
import { listen } from './capture/listen.ts'
import { quiet } from './capture/quiet.ts'
import type { Plugin } from './plugin.ts'

/**
 * Tracks `Web Vitals Measured` when the page is first hidden or left: `lcp`, `inp`, `fcp` and `ttfb` in ms and `cls`, as far as the browser
 * has measured them. What grows after that, on a page that is shown again, comes in a later report that holds it alone.
 */
const vitals: Plugin = quiet((client) => {
  let measured: Record<string, number> = {}
  let navigation: Pick<MetricType, 'navigationType' | 'navigationURL'> | undefined
  let report = 0

  const take = (metric: MetricType): void => {
    // a page that comes back from the back/forward cache is measured anew
    if (navigation?.navigationType !== metric.navigationType) report = 0
    navigation = metric
    const digits = metric.name === 'CLS' ? 4 : 0
    measured[metric.name.toLowerCase()] = Number(metric.value.toFixed(digits))
  }

  for (const measure of [onCLS, onFCP, onINP, onLCP, onTTFB]) measure(take)

  // on the document: after the library's own listeners on the window, and before the tag sends what it has
  listen(
    'visibilitychange',
    () => {
      if (!document.hidden || !navigation) return
      const { navigationType, navigationURL } = navigation
      if (Object.keys(measured)[0])
        client.track('Web Vitals Measured', {
          ...measured,
          url: pageUrl(navigationURL ?? location.href),
          navigationType,
          report: ++report,
        })
      measured = {}
    },
    document,
  )
})

export default vitals
