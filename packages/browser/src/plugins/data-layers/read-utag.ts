import type { Properties } from '@spartito/sdk'

/** What a call of Tealium says: the variables that the page has given it, and the event that they name. */
export interface UtagCall {
  variables: Properties
  event?: string
}

/**
 * Reads Tealium's variables: those of `utag_data`, `utag.view` or `utag.link`. Pure.
 *
 * What Tealium adds by itself stays out: names with a dot are its own, among them every cookie (`cp.…`) and query parameter (`qp.…`).
 * A view is an event if `tealium_event` says which; a link always is one.
 */
export const readUtag = (kind: 'view' | 'link', data: unknown): UtagCall => {
  const own = Object.entries(Object(data)).filter(([name]) => !/\.|^_?tealium_|^_t_/.test(name))
  const variables = Object.fromEntries(own)
  const { tealium_event: named, event_name: older } = Object(data) as Properties
  const event = [named, older, kind].find((name) => typeof name === 'string' && name) as string
  return /^(view|page_view)$/.test(event) ? { variables } : { variables, event }
}
