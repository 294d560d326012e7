// biome-ignore-all lint/suspicious/noAssignInExpressions: as one expression it takes its place in the event's text, which saves 20 bytes
import { library } from './library.ts'

/** The address without its fragment, which may hold secrets; single-page routes in it (`#/…`, `#!/…`) stay. */
export const pageUrl = (href: string): string => href.replace(/#(?!!?\/).*/, '')

let seen: string | undefined
let text: string

/** What is so around an event; made anew when the address or the title has changed. The collector adds what its request says: path, query, language. */
export const pageContext = (): string =>
  seen === (seen = location.href + document.title)
    ? text
    : (text = JSON.stringify({
        page: { url: pageUrl(location.href), referrer: document.referrer, title: document.title },
        library,
      }))
