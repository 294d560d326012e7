import { onNavigation } from '../navigation.ts'
import { type DigitalData, readEvent, readProfileId, readState } from './data-layers/read-digital-data.ts'
import type { Plugin } from './plugin.ts'

/**
 * Reads along with the W3C's Customer Experience Digital Data Layer: `window.digitalData` is the state's `digitalData`, and its `event`
 * entries are events. Looks again when the page has loaded, goes to another address or leaves, since pages replace the object or
 * write into it without a word.
 *
 * `digitalDataIdentify` (any text): the first profile's `profileID` identifies the visitor. Without it no user of the object does.
 *
 * @see https://www.w3.org/2013/12/ceddl-201312.pdf
 */
const digitalData: Plugin = (client, { digitalDataIdentify } = {}) => {
  const taken = new WeakSet<object>()
  let told: string | undefined
  let identified: string | undefined

  /** QU4: what the page breaks is left out. */
  const guard = (work: () => void): void => {
    try {
      work()
    } catch {
      // a getter that throws, a frozen list: the next look may find more
    }
  }

  const take = (entry: unknown): void =>
    guard(() => {
      if (Object(entry) === entry) taken.add(entry as object)
      const item = readEvent(entry)
      if (item) client.push(item)
    })

  const watch = (events: unknown[]): void => {
    taken.add(events)
    const { push } = events
    events.push = (...entries) => {
      const length = push.apply(events, entries)
      entries.forEach(take)
      return length
    }
  }

  const look = (): void => {
    const data = (window as { digitalData?: DigitalData }).digitalData
    const state = readState(data)
    if (state && state !== told) {
      // what the page no longer says does not stay
      if (told) client.push({ digitalData: undefined })
      client.push({ digitalData: JSON.parse(state) })
      told = state
    }
    const id = digitalDataIdentify ? readProfileId(data) : undefined
    if (id && id !== identified) {
      client.identify(id)
      identified = id
    }
    const events = data?.event
    if (!Array.isArray(events)) return
    if (!taken.has(events)) guard(() => watch(events))
    for (const entry of events) if (!taken.has(entry)) take(entry)
  }

  const lookSafely = (): void => guard(look)
  lookSafely()
  onNavigation(lookSafely)
  addEventListener('load', lookSafely)
  addEventListener('pagehide', lookSafely)
}

export default digitalData
