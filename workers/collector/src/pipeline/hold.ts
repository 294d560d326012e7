import type { EpochMs, Rejection } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import type { Vouching } from '../identity/vouch.ts'
import { keptBody } from '../quarantine/kept-body.ts'
import { quarantineShard, quarantineShardOf } from '../quarantine/quarantine-shard.ts'
import { type HeldEvent, refuseHeld } from './rules.ts'

/** What became of the events for the quarantine. */
export interface Held {
  quarantined: number
  /** there was no room */
  rejected: Rejection[]
  /** it could not be reached now */
  failure?: unknown
}

export const nothingHeld: Held = { quarantined: 0, rejected: [] }

/** Keeps the events of a request that wait for a mend, in one row, before the request is answered (SPEC QR1, WI7). @param sent the body's events */
export const hold = async (
  env: Env,
  held: readonly HeldEvent[],
  sent: readonly unknown[],
  vouching: Vouching,
  source: Source,
  version: number,
  receivedAt: EpochMs,
): Promise<Held> => {
  const entries = held.map(({ index, event, json, refusal: { code, message } }) => {
    const voucher = vouching.voucherOf(event)
    const { userId, identifiers } = voucher ?? {}
    return {
      json,
      body: keptBody(sent[index], source),
      code,
      message,
      version,
      ...(userId !== undefined && identifiers && { voucher: { userId, identifiers } }),
    }
  })
  try {
    const shard = quarantineShard(env, quarantineShardOf(held[0]!.event.messageId))
    const isKept = await shard.put({ source: source.id, receivedAt, entries })
    return isKept ? { quarantined: held.length, rejected: [] } : { quarantined: 0, rejected: held.map(refuseHeld) }
  } catch (failure) {
    return { quarantined: 0, rejected: [], failure }
  }
}
