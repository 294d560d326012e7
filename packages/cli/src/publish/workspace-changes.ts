import type { Workspace } from '@spartito/workspace'

/** What of a workspace differs: a part of it by name, and in which settings. */
export interface Change {
  kind: 'added' | 'removed' | 'changed'
  /** such as `audience buyers`, or a setting of the whole */
  what: string
  /** of what changed, the settings that differ */
  settings: string[]
}

/** Texts of the same value are the same, whatever order its keys were written in. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'undefined'

const differing = (before: object, after: object): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => canonical(before[key as never]) !== canonical(after[key as never]),
  )

const named = (what: string, before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): Change[] => [
  ...[...after].flatMap(([name, value]): Change[] => {
    const old = before.get(name)
    if (!old) return [{ kind: 'added', what: `${what} ${name}`, settings: [] }]
    const settings = differing(old, value)
    return settings.length > 0 ? [{ kind: 'changed', what: `${what} ${name}`, settings }] : []
  }),
  ...[...before.keys()].flatMap((name): Change[] =>
    after.has(name) ? [] : [{ kind: 'removed', what: `${what} ${name}`, settings: [] }],
  ),
]

const byId = (list: readonly { id: string }[] = []): Map<string, object> => new Map(list.map((one) => [one.id, one]))

const parts = ['sources', 'audiences', 'destinations', 'plan']

/** What publishing one workspace after another would change, by its parts. Pure. */
export const workspaceChanges = (before: Workspace, after: Workspace): Change[] => [
  ...named('source', byId(before.sources), byId(after.sources)),
  ...named('audience', byId(before.audiences), byId(after.audiences)),
  ...named('destination', byId(before.destinations), byId(after.destinations)),
  ...named(
    'planned event',
    new Map(Object.entries(before.plan?.events ?? {})),
    new Map(Object.entries(after.plan?.events ?? {})),
  ),
  ...differing({ ...before.plan, events: 0 }, { ...after.plan, events: 0 }).map(
    (key): Change => ({ kind: 'changed', what: `plan.${key}`, settings: [] }),
  ),
  ...differing(before, after).flatMap((key): Change[] => {
    if (parts.includes(key)) return []
    const [was, is] = [before[key as keyof Workspace], after[key as keyof Workspace]]
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    const settings =
      typeof was === 'object' && typeof is === 'object' && !Array.isArray(was) && !Array.isArray(is)
        ? differing(was, is)
        : []
    return [{ kind, what: key, settings }]
  }),
]

const signs = { added: '+', removed: '-', changed: '~' } as const

export const changeText = ({ kind, what, settings }: Change): string =>
  `${signs[kind]} ${what}${settings.length > 0 ? ` (${settings.join(', ')})` : ''}`
