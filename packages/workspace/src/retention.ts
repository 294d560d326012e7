import { lengthOf } from './texts.ts'

/** What a source may keep for another time than the workspace does: ISO 8601 durations. */
export interface SourceRetention {
  /** events: in the lake, and whole in profiles, where they are for 30 days at most (PR1). Without end when left out */
  events?: string
  /** the lake's rows of decisions on consent. Without end when left out */
  consents?: string
  /** what waits for a mend, 30 days at most (QR1), and the lake's rows of it, without end when left out */
  quarantine?: string
  /** the newest events as they came, for dry runs: PT1H to P30D, P1D when left out */
  recent?: string
}

/** How long what is kept (SPEC RT): each from P1D to P3650D but `recent`. */
export interface WorkspaceRetention extends SourceRetention {
  /** how long a profile without a person or a contact may be idle before it deletes itself (ID15): P180D when left out */
  anonymous?: string
  /** the lake's rows of changes of audiences. Without end when left out */
  changes?: string
  /** the lake's rows of deliveries, and what is parked with its bodies. Without end when left out */
  deliveries?: string
  /** the lake's daily profiles. Without end when left out */
  profiles?: string
}

const kindsOfSources = ['events', 'consents', 'quarantine', 'recent'] as const
const kindsOfAll = ['changes', 'deliveries', 'profiles'] as const

/** What is kept for a time; the kinds of the lake under their names there. */
export const retainedKinds = [...kindsOfSources, ...kindsOfAll] as const
export type RetainedKind = (typeof retainedKinds)[number]

/** How long one kind is kept, in ms; Infinity: without end. */
export interface Kept {
  /** of a source that says nothing else, and of one that the workspace does not have any more */
  ms: number
  /** of the sources that say otherwise */
  bySource: ReadonlyMap<string, number>
  /** what is older than this may be due, by its source */
  shortestMs: number
  /** what is older than this is due, whatever its source */
  longestMs: number
}

export type CompiledRetention = Readonly<Record<RetainedKind, Kept>>

/** ID15: of anonymous profiles when nothing is said. */
export const anonymousRetention = 'P180D'

/** PR1: events are whole in profiles for so long, unless a retention is shorter. */
export const longestWholeMs = lengthOf('P30D')

interface Retaining {
  sources: readonly { id: string; retention?: SourceRetention }[]
  retention?: WorkspaceRetention
}

/** What is kept for this long when nothing is said; all else without end. */
const usual: Partial<Record<RetainedKind, string>> = { recent: 'P1D' }

const isOfSources = (kind: RetainedKind): kind is keyof SourceRetention =>
  (kindsOfSources as readonly string[]).includes(kind)

const keptOf = ({ sources, retention = {} }: Retaining, kind: RetainedKind): Kept => {
  const said = retention[kind] ?? usual[kind]
  const ms = said === undefined ? Number.POSITIVE_INFINITY : lengthOf(said)
  const bySource = new Map<string, number>()
  if (isOfSources(kind))
    for (const { id, retention: its } of sources) {
      const own = its?.[kind]
      if (own !== undefined && lengthOf(own) !== ms) bySource.set(id, lengthOf(own))
    }
  const all = [ms, ...bySource.values()]
  return { ms, bySource, shortestMs: Math.min(...all), longestMs: Math.max(...all) }
}

/** How long each kind is kept. */
export const compileRetention = (workspace: Retaining): CompiledRetention =>
  Object.fromEntries(retainedKinds.map((kind) => [kind, keptOf(workspace, kind)])) as Record<RetainedKind, Kept>

/** How long what came by a source is kept, in ms; Infinity: without end. */
export const keptMs = ({ ms, bySource }: Kept, source?: string): number =>
  (source === undefined ? undefined : bySource.get(source)) ?? ms
