import { eventTypes } from '@spartito/protocol'
import { conditionsOf } from './check-conditions.ts'
import { destinationWarnings } from './destination-warnings.ts'
import { developmentOnly } from './development-only.ts'
import { eventMentions } from './event-mentions.ts'
import type { Fault } from './fault.ts'
import type { Workspace } from './workspace.ts'

const at = (path: string, says: string): Fault => ({ path, message: `${path} ${says}` })

const sourceWarnings = ({ sources }: Workspace): Fault[] =>
  sources.flatMap(({ kind, origins, disabled, rights, identityKeys }, i) => [
    ...(rights && (kind !== 'browser' || !identityKeys?.length)
      ? [
          at(
            `sources[${i}].rights`,
            kind === 'browser'
              ? 'lets verified persons ask, and nothing vouches for anybody: add identityKeys'
              : 'is for pages: a secret key may ask for anybody',
          ),
        ]
      : []),
    ...(kind === 'browser' && !origins
      ? [at(`sources[${i}]`, 'has no origins, so that it takes events from any page: list those of your sites')]
      : []),
    ...(origins?.length === 0 ? [at(`sources[${i}].origins`, 'is empty: no page may send to this source')] : []),
    ...(disabled ? [at(`sources[${i}].disabled`, 'is set: what is sent to this source is refused')] : []),
  ])

const identityWarnings = ({ sources, identity }: Workspace): Fault[] =>
  identity?.mode === 'strict' && !sources.some(({ kind, identityKeys }) => kind === 'server' || identityKeys?.length)
    ? [
        at(
          'identity.mode',
          'is strict, and nothing vouches for anybody: add identityKeys to a source, or a source of kind server',
        ),
      ]
    : []

const purposeWarnings = ({ sources, purposes = [], audiences = [], destinations = [] }: Workspace): Fault[] => {
  const consented = audiences.flatMap(({ when }) =>
    [...conditionsOf(when, '')].flatMap(([, condition]) => ('consent' in condition ? [condition.consent] : [])),
  )
  const used = new Set([
    ...sources.flatMap(({ collect = [] }) => collect),
    ...audiences.flatMap(({ purposes: its = [] }) => its),
    ...destinations.flatMap(({ purposes: its }) => its),
    ...consented,
  ])
  return purposes.flatMap((purpose, i) =>
    used.has(purpose)
      ? []
      : [at(`purposes[${i}]`, `("${purpose}") is what visitors are asked for, and nothing needs it`)],
  )
}

const audienceWarnings = ({ purposes = [], audiences = [], destinations = [] }: Workspace): Fault[] => {
  const named = new Set(
    audiences.flatMap(({ id, when }) =>
      [...conditionsOf(when, '')].flatMap(([, part]) =>
        'audience' in part && part.audience !== id ? [part.audience] : [],
      ),
    ),
  )
  const isSent = (id: string): boolean =>
    destinations.some(({ audiences: its, disabled }) => !disabled && (its === '*' || its.includes(id)))
  return audiences.flatMap(({ id, expose, purposes: its = [] }, i) => [
    ...(purposes.length > 0 && its.length === 0
      ? [at(`audiences[${i}]`, `("${id}") has no purposes: whoever has refused all of them is in it too`)]
      : []),
    ...(expose || named.has(id) || isSent(id)
      ? []
      : [
          at(
            `audiences[${i}]`,
            `("${id}") reaches nobody: expose it, name it in a destination, or in another audience`,
          ),
        ]),
  ])
}

/** Events that every workspace has: those of the other calls, and the decision about consent (CO1). */
const builtInEvents = new Set<string>([
  ...eventTypes.filter((type) => type !== 'track'),
  'Segment Consent Preference Updated',
])

const planWarnings = ({ plan, audiences = [], destinations = [] }: Workspace): Fault[] => {
  if (!plan) return []
  return [
    ...audiences.flatMap(({ when }, i) => eventMentions(when, `audiences[${i}].when`)),
    // A filter of a destination reads as a condition on that event does.
    ...destinations.flatMap(({ events = [] }, i) =>
      events === '*' ? [] : events.flatMap((filter, j) => eventMentions(filter, `destinations[${i}].events[${j}]`)),
    ),
  ].flatMap(({ path, event, reads }) => {
    if (builtInEvents.has(event)) return []
    if (!Object.hasOwn(plan.events, event))
      return [at(path, `is about "${event}", which is no event of the plan: mend its name, or add it there`)]
    const { properties } = plan.events[event]!
    if (!properties) return []
    return reads.flatMap((read) => {
      const [root, name] = read.split(/[.[]/)
      return root !== 'properties' || Object.hasOwn(properties, name!)
        ? []
        : [
            at(
              path,
              `reads ${read}, which "${event}" does not have in the plan: it has ${Object.keys(properties).join(', ') || 'none'}`,
            ),
          ]
    })
  })
}

/**
 * What a sound workspace says that is likely not meant: it can be published, and something of it would do nothing, or more than it should.
 *
 * @returns each with its path, and what to do
 */
export const workspaceWarnings = (workspace: Workspace): Fault[] => [
  ...sourceWarnings(workspace),
  ...identityWarnings(workspace),
  ...purposeWarnings(workspace),
  ...audienceWarnings(workspace),
  ...destinationWarnings(
    workspace.destinations ?? [],
    (workspace.audiences ?? []).map(({ id }) => id),
  ),
  ...planWarnings(workspace),
  ...developmentOnly(workspace),
]
