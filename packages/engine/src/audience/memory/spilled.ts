/**
 * Something that is kept in a row of its own: the state's JSON holds its number alone (functions are no JSON), so that the state
 * stays small however much there is to remember (SPEC PR2). Read synchronously, as the ledger is.
 */
export interface Spilled {
  spilled: number
  load(): unknown
}

export const isSpilled = (value: unknown): value is Spilled =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'spilled')

/** What a place in a memory holds, wherever it is kept. */
export const valueAt = <T>(place: T | Spilled): T => (isSpilled(place) ? (place.load() as T) : place)
