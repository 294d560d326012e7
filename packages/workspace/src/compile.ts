import { blockedValues, compileAudiences, identifierTypes, type Plan } from '@spartito/engine'
import { type CheckPlan, compilePlan, compileTransform, type Rules, type Transform } from '@spartito/pipeline'
import type { Purpose } from '@spartito/protocol'
import type { Destination } from './destination.ts'
import { type EventDestination, eventDestinationsOf } from './event-destinations.ts'
import {
  anonymousRetention,
  type CompiledRetention,
  compileRetention,
  type Kept,
  keptMs,
  longestWholeMs,
} from './retention.ts'
import { lengthOf } from './texts.ts'
import type { PublishedWorkspace, Source, Workspace } from './workspace.ts'

/** A published workspace as the Workers run it; compiled once per isolate and version. */
export interface CompiledWorkspace {
  version: number
  sourcesByKey: ReadonlyMap<string, Source>
  sourcesById: ReadonlyMap<string, Source>
  destinations: readonly Destination[]
  /** those that ask for events; nearly always none */
  eventDestinations: readonly EventDestination[]
  purposes: readonly Purpose[]
  plan: Plan
  /** of the sources that have transformations */
  transforms: ReadonlyMap<string, Transform>
  /** undefined when the tracking plan asks for nothing */
  checkPlan: CheckPlan | undefined
  /** how long what is kept (SPEC RT) */
  retention: CompiledRetention
}

/** Each set of purposes once, of the destinations that changes go to. */
const purposesOf = (destinations: readonly Destination[]): (readonly Purpose[])[] => {
  const heard = destinations.filter(({ audiences, disabled }) => !disabled && audiences.length > 0)
  return [...new Map(heard.map(({ purposes }) => [[...purposes].sort().join('\n'), purposes])).values()]
}

const wholeOf = (events: Kept): Pick<Plan, 'whole'> =>
  events.shortestMs >= longestWholeMs
    ? {}
    : { whole: { shortestMs: events.shortestMs, of: (source) => keptMs(events, source) } }

export const compileWorkspace = ({ version, workspace }: PublishedWorkspace): CompiledWorkspace =>
  compileWith(version, workspace, compileRetention(workspace))

const compileWith = (version: number, workspace: Workspace, retention: CompiledRetention): CompiledWorkspace => ({
  version,
  sourcesByKey: new Map(workspace.sources.map((source) => [source.writeKey, source])),
  sourcesById: new Map(workspace.sources.map((source) => [source.id, source])),
  destinations: workspace.destinations ?? [],
  eventDestinations: eventDestinationsOf(workspace.destinations ?? []),
  purposes: workspace.purposes ?? [],
  plan: {
    version,
    audiences: compileAudiences(workspace.audiences ?? []),
    identifierTypes: identifierTypes(workspace.identity ?? {}),
    blocked: blockedValues(workspace.identity ?? {}),
    contested: workspace.identity?.contested ?? 'neither',
    anonymousMs: lengthOf(workspace.retention?.anonymous ?? anonymousRetention),
    isStrict: workspace.identity?.mode === 'strict',
    destinationPurposes: purposesOf(workspace.destinations ?? []),
    ...wholeOf(retention.events),
  },
  transforms: new Map(
    workspace.sources.flatMap(({ id }) => {
      const transform = compileTransform(workspace.transformations ?? [], id)
      return transform ? [[id, transform] as const] : []
    }),
  ),
  checkPlan: compilePlan(workspace.plan),
  retention,
})

/** What events of a source go through. */
export const rulesOf = ({ sourcesById, transforms, checkPlan }: CompiledWorkspace, source: Source): Rules => ({
  source,
  sourcesById,
  transform: transforms.get(source.id),
  checkPlan,
})

/** Whether events of a source go through anything, so that they have to be looked at. */
export const hasRules = ({ transforms, checkPlan }: CompiledWorkspace, { id, collect }: Source): boolean =>
  checkPlan !== undefined || transforms.has(id) || (collect?.length ?? 0) > 0

/** The destinations that receive the changes of an audience. */
export const destinationsOf = (workspace: CompiledWorkspace, audience: string): Destination[] =>
  workspace.destinations.filter(
    ({ audiences, disabled }) => !disabled && (audiences === '*' || audiences.includes(audience)),
  )
