/** One event that a client made, as the generator remembers it: what the oracle holds the stores against. */
export interface MadeEvent {
  messageId: string
  name: string
  anonymousId: string
  userId: string | undefined
  isAcknowledged: boolean
}

/** Everything that the clients made, and what they were told. */
export interface Journal {
  events: Map<string, MadeEvent>
  /** requests that were repeated, with the same events */
  retries: number
  /** events that a repeated request had stored already */
  duplicates: number
  /** answers that no client should get */
  faults: string[]
}

export const newJournal = (): Journal => ({ events: new Map(), retries: 0, duplicates: 0, faults: [] })

export const acknowledged = ({ events }: Journal): number => {
  let count = 0
  for (const { isAcknowledged } of events.values()) if (isAcknowledged) count++
  return count
}
