import type { Properties } from '../plan.ts'

/**
 * An item of a data layer as one object: Google Tag Manager's are that already; gtag's are argument lists.
 * `event name {…}` → `{event, …}`, `set {…}` or `set key value` → what is set, `consent update {…}` → `{consent: {update}}`.
 *
 * @returns undefined for what says nothing about the page (`js`, `config`, text); throws for null and undefined
 */
export const readItem = (item: unknown): Properties | undefined => {
  // by index: a list's `length` is the page's word; what is no object has nothing to merge
  const { 0: command, 1: name, 2: value } = item as [unknown, string, Properties]
  return command === undefined
    ? (item as Properties)
    : command === 'event'
      ? { ...value, event: name }
      : command === 'consent'
        ? { consent: { [name]: value } }
        : command === 'set'
          ? typeof name === 'string'
            ? { [name]: value }
            : name
          : undefined
}
