import type { ConsentPolicy, ConsentRecord, ConsentState, EpochMs, Json, JsonObject } from '@spartito/protocol'
import type { Score } from './condition.ts'
import { compareRecorded, type History, nameOf, type Recorded, timely } from './history.ts'
import { valuesAt } from './predicate.ts'

/** What conditions ask of a profile besides its history. */
export interface Profile {
  profileId: string
  consent: ConsentRecord
  /** what a purpose that nobody decided means here (SPEC CO3) */
  policy: ConsentPolicy
  /** the audiences it is in, and since when */
  memberships: ReadonlyMap<string, EpochMs>
  scores: Readonly<Record<string, Score>>
  /** own identifier types and where events carry them; `user_id` and `anonymous_id` are known */
  identifierTypes: readonly { type: string; from: string }[]
  /** a stable share within [0, 1); which hash makes it is not the oracle's business */
  bucketOf: (salt: string, profileId: string) => number
  /** settles a tie of `mode`: the least hash wins; which hash makes it is not the oracle's business either */
  hashOf: (value: Json) => string
}

/** The hashes that the engine uses. */
export type Hashes = Pick<Profile, 'bucketOf' | 'hashOf'>

const object = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

export interface Setting {
  at: EpochMs
  value: Json | undefined
}

/** Every value that a trait ever had, in the order of SPEC WI8. Only identify sets traits; a dotted name looks inside one. */
export const settingsOf = (history: History, trait: string): Setting[] => {
  const [top = ''] = trait.split('.')
  return timely(history)
    .filter((event) => event.type === 'identify' && Object.hasOwn(object(event.traits), top))
    .map((event) => ({ at: event.timestamp, value: valuesAt(event.traits, trait)[0] }))
}

/** The traits that won (SPEC ID13); a trait that was last set to null is gone. */
export const traitsOf = (history: History): JsonObject => {
  const traits: JsonObject = {}
  for (const event of timely(history)) if (event.type === 'identify') Object.assign(traits, event.traits)
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== null))
}

/** The newest number that an identify of a source with a secret key gave for each name in `traits.scores`. */
export const scoresOf = (history: History): Record<string, Score> => {
  const scores: Record<string, Score> = {}
  for (const { type, traits, timestamp, verified } of timely(history))
    if (type === 'identify' && verified)
      for (const [name, value] of Object.entries(object(object(traits).scores)))
        if (typeof value === 'number') scores[name] = { value, timestamp }
  return scores
}

const choicesOf = (event: Recorded): [purpose: string, isGranted: boolean][] => {
  const preferences = object(object(object(event.context).consent).categoryPreferences)
  return Object.entries(preferences).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean')
}

/** When two profiles became one. */
export interface Merge {
  mergeId: string
  at: EpochMs
}

const isDecision = ({ type, event }: Recorded): boolean =>
  type === 'track' && event === 'Segment Consent Preference Updated'

/** What the visitor made: not what a signal implies, nor what a device remembers. */
const isMade = (event: Recorded): boolean =>
  isDecision(event) && !['implied', 'remembered'].includes(object(event.properties).basis as string)

/** A choice of a device: the newest, and the decision that it repeats, if it repeats one. */
interface Word {
  isGranted: boolean
  event: Recorded
  isMade: boolean
}

/** @param said the choices of one device on one purpose, in the order of SPEC WI8 */
const wordOf = (said: readonly { event: Recorded; isGranted: boolean }[]): Word => {
  const last = said.at(-1)!
  const made = said.findLast(({ event }) => isMade(event))
  return made?.isGranted === last.isGranted ? { ...made, isMade: true } : { ...last, isMade: false }
}

/**
 * The consent of a profile: per purpose the newest choice of each device, dated by its decision. A denial stands until a newer one
 * grants; what has merged with it has to be decided by the visitor after the merge; unknown does not deny (SPEC CO4).
 */
export const consentOf = (history: History, merges: readonly Merge[] = []): ConsentRecord => {
  const instants = new Map(merges.map(({ mergeId, at }) => [mergeId, at]))
  const joinedAt = (one: Recorded, other: Recorded): EpochMs | undefined =>
    one.mergeId === other.mergeId
      ? undefined
      : Math.max(...[one, other].flatMap(({ mergeId }) => (mergeId === undefined ? [] : [instants.get(mergeId)!])))
  const lifts = (grant: Word, denial: Word): boolean => {
    if (!grant.isGranted || compareRecorded(grant.event, denial.event) <= 0) return false
    const at = joinedAt(grant.event, denial.event)
    return at === undefined || (grant.isMade && grant.event.timestamp > at)
  }
  const said = timely(history).flatMap((event) =>
    choicesOf(event).map(([purpose, isGranted]) => ({ purpose, event, isGranted })),
  )
  const consent: Record<string, ConsentState> = {}
  for (const [purpose, choices] of Map.groupBy(said, (one) => one.purpose)) {
    const words = [...Map.groupBy(choices, ({ event }) => event.anonymousId ?? event.userId).values()].map(wordOf)
    const isDenied = words.some((word) => !word.isGranted && !words.some((other) => lifts(other, word)))
    consent[purpose] = isDenied ? 'denied' : 'granted'
  }
  return consent
}

/** Whether consent allows ALL the purposes (SPEC CO2, CO3). */
export const isAllowed = (purposes: readonly string[], { consent, policy }: Pick<Profile, 'consent' | 'policy'>) =>
  purposes.every((purpose) => {
    const state = consent[purpose] ?? 'unknown'
    return state === 'granted' || (state === 'unknown' && policy === 'opt-out')
  })

const nobody =
  /^([0\-\s]*|-1|null|undefined|nan|none|unknown|anonymous|guest|true|false|\[object object\]|n\/a|na|nil|\(null\))$/i

const identifies = (value: Json | undefined): boolean =>
  (typeof value === 'string' || typeof value === 'number') && !nobody.test(String(value).trim())

/** Whether some event brought an identifier of a type, other than those that identify nobody (SPEC ID2). */
export const hasIdentifier = (history: History, type: string, own: Profile['identifierTypes']): boolean => {
  const known = [{ type: 'user_id', from: 'userId' }, { type: 'anonymous_id', from: 'anonymousId' }, ...own]
  return known
    .filter((candidate) => candidate.type === type)
    .some(({ from }) => history.some((event) => identifies(valuesAt(event as never, from)[0])))
}

/** The campaign of the first or the last event that names one. */
export const campaignOf = (history: History, touch: 'first' | 'last'): JsonObject | undefined => {
  const campaigns = timely(history)
    .map((event) => object(object(event.context).campaign))
    .filter((campaign) => Object.keys(campaign).length > 0)
  return touch === 'first' ? campaigns[0] : campaigns.at(-1)
}

export interface NameSummary {
  count: number
  /** null when all of them came too late */
  first: EpochMs | null
  last: EpochMs | null
}

/** Per name the count of all events, and the first and the last of those that were not too late. */
export const summaryOf = (history: History): Record<string, NameSummary> => {
  const summary: Record<string, NameSummary> = {}
  for (const event of history) {
    const name = nameOf(event)
    const times = timely(history)
      .filter((other) => nameOf(other) === name)
      .map((other) => other.timestamp)
    const count = history.filter((other) => nameOf(other) === name).length
    summary[name] = { count, first: times[0] ?? null, last: times.at(-1) ?? null }
  }
  return summary
}
