import type { EpochMs, Identifier } from '@spartito/protocol'

/** A person whom a destination is asked to delete (SPEC CO7), once what removes them from its lists has gone out. */
export interface ErasedPerson {
  erasureId: string
  /** everything up to then goes */
  at: EpochMs
  /** under which the destination has received changes and events */
  profileIds: readonly string[]
  identifiers: readonly Identifier[]
}

/** The values of one type, each once and in their order. */
export const valuesOf = ({ identifiers }: ErasedPerson, ofType: string): string[] => [
  ...new Set(identifiers.flatMap(({ type, value }) => (type === ofType ? [value] : []))),
]
