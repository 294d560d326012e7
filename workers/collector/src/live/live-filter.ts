import { normalizeAs } from '@spartito/engine'
import { identifierKey } from '@spartito/protocol'
import type { CompiledWorkspace } from '@spartito/workspace'

/** What a listener wants to see; what is left out is not asked for. All that are there must hold. */
export interface LiveFilter {
  source?: string
  /** a track's name, or the type of another event */
  event?: string
  /** identifiers by their keys: an event with any of them is shown */
  identifiers?: string[]
}

/** What one event, or one refused request, can be found by. */
export interface LiveItem {
  source: string | null
  event: string | null
  /** keys of the identifiers that it shows */
  identifiers: string[]
  /** what is shown, as JSON */
  line: string
}

/**
 * The identifiers that a text can mean, by their keys: `type:value` for a type of the workspace, else a value of any; normalized, as the
 * identifiers of events are.
 */
const identifierKeys = (text: string, { plan }: CompiledWorkspace): string[] => {
  const keys = (types: typeof plan.identifierTypes, value: string): string[] =>
    types.flatMap((type) => {
      const normalized = normalizeAs(type, value)
      return normalized === undefined ? [] : [identifierKey({ type: type.type, value: normalized })]
    })
  const colon = text.indexOf(':')
  const named = plan.identifierTypes.filter(({ type }) => colon > 0 && type === text.slice(0, colon))
  return [...keys(named, text.slice(colon + 1)), ...keys(plan.identifierTypes, text)]
}

/** Reads what a listener's query asks for. */
export const readFilter = (query: (name: string) => string | undefined, workspace: CompiledWorkspace): LiveFilter => {
  const [source, event, identifier] = [query('source'), query('event'), query('identifier')]
  return {
    ...(source && { source }),
    ...(event && { event }),
    ...(identifier && { identifiers: identifierKeys(identifier, workspace) }),
  }
}

export const isWanted = ({ source, event, identifiers }: LiveFilter, item: LiveItem): boolean =>
  (source === undefined || source === item.source) &&
  (event === undefined || event === item.event) &&
  (identifiers === undefined || identifiers.some((key) => item.identifiers.includes(key)))
