import type { Context } from '@spartito/sdk'
import { library } from './library.ts'

/** The address without its fragment, which may hold secrets; single-page routes in it (`#/…`, `#!/…`) stay. */
export const pageUrl = (href: string): string => href.replace(/#(?!!?\/).*/, '')

/** What is so around an event. */
export const pageContext = (): Context => ({
  page: {
    url: pageUrl(location.href),
    path: location.pathname,
    search: location.search,
    referrer: document.referrer,
    title: document.title,
  },
  locale: navigator.language,
  library,
})
