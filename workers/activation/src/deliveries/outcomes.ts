import type { DeliveryOutcome } from '@spartito/engine'
import type { Env } from '../env.ts'

/** A queue's message holds 128,000 bytes. */
const maxMessageBytes = 100_000
const maxRows = 500

const encoder = new TextEncoder()

/** Rows in messages of a bounded size, in their order. */
export const inMessages = <T>(rows: readonly T[]): T[][] => {
  const messages: T[][] = []
  let room = 0
  for (const row of rows) {
    const bytes = encoder.encode(JSON.stringify(row)).length + 1
    if (bytes > room || messages.at(-1)!.length >= maxRows) {
      messages.push([])
      room = maxMessageBytes
    }
    room -= bytes
    messages.at(-1)!.push(row)
  }
  return messages
}

export interface Untold {
  no: number
  /** where its row is */
  slot: number
  outcome: DeliveryOutcome
}

/** Tells the lake what became of deliveries, many in a message. @throws what the queue throws: then all are told again */
export const tellOutcomes = async (env: Env, name: string, untold: readonly Untold[]): Promise<void> => {
  for (const message of inMessages(untold)) {
    const id = `deliveries ${name} ${message[0]!.no}-${message.at(-1)!.no}`
    const rows = message.map(({ outcome }) => outcome)
    await env.LAKE_ROWS.send(JSON.stringify({ kind: 'deliveries', id, rows }), { contentType: 'text' })
  }
}
