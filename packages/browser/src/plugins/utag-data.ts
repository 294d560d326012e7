import { readUtag } from './data-layers/read-utag.ts'
import type { Plugin } from './plugin.ts'

type Call = (this: unknown, ...input: unknown[]) => unknown

interface Utag {
  view?: Call
  link?: Call
}

/**
 * Reads along with Tealium's data layer: `utag_data` and each later `utag.view` are the state's `utag_data`; what they and `utag.link`
 * name is an event. Tealium gets its calls as they were, whether it comes before the tag or after it.
 *
 * @see https://docs.tealium.com/platforms/javascript/
 */
const utagData: Plugin = (client, { pageViews } = {}) => {
  const page = window as { utag_data?: unknown; utag_cfg_ovrd?: { noview?: boolean }; utag?: Utag }

  /** QU4: what the page breaks is left out: a getter that throws, a frozen object. */
  const guard = (work: () => void): void => {
    try {
      work()
    } catch {
      // Tealium and the page go on as without us
    }
  }

  const take = (kind: 'view' | 'link', data: unknown, isCalled = true): void =>
    guard(() => {
      const { variables, event } = readUtag(kind, data)
      // what the view before said does not stay
      if (kind === 'view') client.push({ utag_data: undefined }, { utag_data: variables })
      if (!isCalled) return
      if (event) client.push({ ...variables, event })
      // else the tag's own page views are told already
      else if (pageViews === 'false') client.page(variables.page_name as string | undefined, variables)
    })

  let isStarted = false
  /** The page's own variables, once: Tealium tells them as its first view, unless it is told not to. */
  const start = (): void => {
    if (isStarted || !page.utag_data) return
    isStarted = true
    take('view', page.utag_data, !page.utag_cfg_ovrd?.noview)
  }

  const wrap = (utag: Utag | undefined): void => {
    start()
    for (const kind of ['view', 'link'] as const) {
      const call = utag?.[kind]
      if (call)
        utag[kind] = function (...input) {
          take(kind, input[0])
          return call.apply(this, input)
        }
    }
  }

  start()
  if (page.utag) guard(() => wrap(page.utag))
  else
    guard(() =>
      // Tealium makes the variable only where it finds none: there is none until it is set, and from then on it is a plain one
      Object.defineProperty(page, 'utag', {
        configurable: true,
        enumerable: true,
        get: () => undefined,
        set(value: Utag) {
          Object.defineProperty(page, 'utag', { value, configurable: true, enumerable: true, writable: true })
          guard(() => wrap(value))
        },
      }),
    )
  addEventListener('load', start)
}

export default utagData
