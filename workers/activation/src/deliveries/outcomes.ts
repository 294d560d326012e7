import type { DeliveryOutcome } from '@spartito/engine'
import { packRows } from '@spartito/lake'
import type { Env } from '../env.ts'

export interface Untold {
  no: number
  /** where its row is */
  slot: number
  outcome: DeliveryOutcome
}

/** Tells the lake what became of deliveries, many in a message. @throws what the queue throws: then all are told again */
export const tellOutcomes = async (env: Env, name: string, untold: readonly Untold[]): Promise<void> => {
  const rows = untold.map(({ no, outcome }) => ({ no, json: JSON.stringify(outcome) }))
  for (const pack of packRows(rows)) {
    const id = JSON.stringify(`deliveries ${name} ${pack[0]!.no}-${pack.at(-1)!.no}`)
    const message = `{"kind":"deliveries","id":${id},"rows":[${pack.map(({ json }) => json).join()}]}`
    await env.LAKE_ROWS.send(message, { contentType: 'text' })
  }
}
