import type { Emitter } from '../emitter.ts'
import type { Properties } from '../plan.ts'
import { merge } from './merge.ts'
import { readItem } from './read-item.ts'

/**
 * The data layer: `push` merges each item into the state and tells listeners, in order. What a listener pushes comes
 * after everything pushed before it. Listeners get the item that is tracked next, a copy of the page's, and may change it:
 * another `event` renames it, none drops it. The state has what the page pushed. All waits until nothing is pushed for the first time (`push()`),
 * so that listeners who are on their way hear of it too.
 *
 * @param onEvent called for each item that names an event, after its listeners
 * @param onInvalid called for each item that throws when it is read (a getter, a cycle)
 */
export const createDataLayer = (
  emitter: Pick<Emitter, 'emit'>,
  onEvent: (name: string, properties: Properties) => void,
  onInvalid: () => void,
): ((...items: unknown[]) => void) => {
  let state: Properties = {}
  let isBusy = true
  const queue: unknown[] = []
  const take = (raw: unknown): void => {
    const item = readItem(raw)
    if (item) {
      state = merge(state, item)
      emitter.emit('push', item, state)
      const { event, ...properties } = item
      // Google's own, such as gtm.js and gtm.click, say nothing that a site asked for
      if (typeof event === 'string' && !event.startsWith('gtm.')) onEvent(event, properties)
    }
  }
  const push = (...items: unknown[]): void => {
    queue.push(...items)
    if (isBusy && items.length) return
    isBusy = true
    while (queue.length)
      // each item on its own: one that throws must neither silence the rest nor leave the layer busy
      try {
        take(queue.shift())
      } catch {
        onInvalid()
      }
    isBusy = false
  }
  return push
}
