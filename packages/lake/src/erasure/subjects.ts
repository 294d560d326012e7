import { type EpochMs, type Identifier, identifierKey, normalizeIdentifier } from '@spartito/protocol'
import { hashParquetValue } from 'hyparquet/src/bloom.js'

/** Whose rows are to go from the lake, and which. */
export interface ErasureAsk {
  erasureId: string
  /** of all objects of the person's graph, whether or not they ever hosted a profile */
  profileIds: readonly string[]
  /** of those that are the person's alone: rows without a profile (of bots, held back, refused) are theirs by these */
  identifiers: readonly Identifier[]
  /** names of the objects, as ids of parked messages have them */
  visitors: readonly string[]
  /** rows whose receipt (or emission, or decision) is not later */
  until: EpochMs
}

/** Which of the asks something is of: places in their list. */
export type Owners = readonly number[]
export const nobody: Owners = []

/** Persons to be erased, made ready to be looked for in many files in one pass. */
export interface Subjects {
  asks: readonly ErasureAsk[]
  /** @param at of the row; those whose time is over by then do not own it */
  ofProfile(profileId: unknown, at: EpochMs): Owners
  ofIdentifier(type: string, value: unknown, at: EpochMs): Owners
  /**
   * Of any text that may name somebody: a profileId, the name of an object or an id that begins with it, an identifier of any type.
   *
   * @param name of the field that it stands in: a short identifier, such as `17`, is one where its field says so
   */
  ofText(text: string, name: string, at: EpochMs): Owners
  /** what a Bloom filter of a column is asked for, by the column; hashes as Parquet has them */
  hashes: Readonly<Record<string, readonly bigint[]>>
}

const text = { name: '', type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const

const hashesOf = (values: Iterable<string>): bigint[] =>
  [...new Set(values)].map((value) => hashParquetValue(value, text)!)

/** What stands before the first `#`, as in the id of a unit, and before each colon, as in the id of a change. */
const beginnings = (said: string): string[] => {
  const before: string[] = []
  for (let at = said.search(/[:#]/); at > 0; ) {
    before.push(said.slice(0, at))
    const next = said.slice(at + 1).search(/[:#]/)
    at = next < 0 ? -1 : at + 1 + next
  }
  return before
}

/** Fields that hold an identifier of a type, beside those that are named like it. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  user_id: ['userId', 'previousId', 'previous_id'],
  anonymous_id: ['anonymousId', 'previousId', 'previous_id'],
}

/** An identifier of so many characters is nobody else's number, wherever it stands. */
const distinctLength = 8

/** Asks are compared by their normalized identifiers (ID1). */
export const compileSubjects = (asks: readonly ErasureAsk[]): Subjects => {
  const byProfile = new Map<string, number[]>()
  const byIdentifier = new Map<string, number[]>()
  const byName = new Map<string, number[]>()
  const add = (map: Map<string, number[]>, name: string, ask: number): void => {
    const known = map.get(name)
    if (!known) map.set(name, [ask])
    else if (known.at(-1) !== ask) known.push(ask)
  }
  for (const [ask, { profileIds, identifiers, visitors }] of asks.entries()) {
    for (const profileId of profileIds) add(byProfile, profileId, ask)
    for (const name of [...profileIds, ...visitors]) add(byName, name, ask)
    for (const identifier of identifiers) add(byIdentifier, identifierKey(identifier), ask)
  }
  const types = [...new Set(asks.flatMap(({ identifiers }) => identifiers.map(({ type }) => type)))]
  const inTime = (owners: Owners | undefined, at: EpochMs): Owners => {
    if (!owners) return nobody
    return owners.every((ask) => at <= asks[ask]!.until) ? owners : owners.filter((ask) => at <= asks[ask]!.until)
  }
  const ofIdentifier = (type: string, value: unknown, at: EpochMs): Owners => {
    if (value === null || value === undefined) return nobody
    const known = byIdentifier.get(identifierKey({ type, value: String(value) }))
    if (known) return inTime(known, at)
    const normal = normalizeIdentifier(type, value)
    return inTime(normal === undefined ? undefined : byIdentifier.get(identifierKey({ type, value: normal })), at)
  }
  const values = (type: string) =>
    asks.flatMap(({ identifiers }) => identifiers.flatMap((its) => (its.type === type ? [its.value] : [])))
  return {
    asks,
    ofProfile: (profileId, at) => inTime(byProfile.get(profileId as string), at),
    ofIdentifier,
    ofText(said, name, at) {
      const found = new Set(inTime(byName.get(said), at))
      for (const before of beginnings(said)) for (const ask of inTime(byName.get(before), at)) found.add(ask)
      for (const type of types) {
        const isNamed = name === type || fieldsOf[type]?.includes(name)
        if (isNamed || said.length >= distinctLength) for (const ask of ofIdentifier(type, said, at)) found.add(ask)
      }
      return found.size === 0 ? nobody : [...found]
    },
    hashes: {
      profile_id: hashesOf(byProfile.keys()),
      anonymous_id: hashesOf(values('anonymous_id')),
      user_id: hashesOf(values('user_id')),
    },
  }
}
