import type { Properties } from '../plan.ts'

/**
 * An item of a data layer as one object of our own, which listeners may change: the page keeps its item as it was, one level deep.
 * Google Tag Manager's items are objects already; gtag's are argument lists.
 * `event name {…}` → `{event, …}`, `set {…}` or `set key value` → what is set, `consent update {…}` → `{consent: {update}}`.
 *
 * @returns undefined for what says nothing about the page (`js`, `config`, text); throws for null and undefined
 */
export const readItem = (item: unknown): Properties | undefined => {
  // by index: a list's `length` is the page's word; what is no object has nothing to merge
  const { 0: command, 1: name, 2: value } = item as [unknown, string, Properties]
  if (command === undefined) return { ...(item as Properties) }
  if (command === 'event') return { ...value, event: name }
  if (command === 'set') return { ...(typeof name === 'string' ? { [name]: value } : (name as Properties)) }
  if (command === 'consent') return { consent: { [name]: value } }
  return undefined
}
