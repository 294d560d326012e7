import { isOfSuppressed } from '@spartito/engine'
import { type EpochMs, type Rejection, refusal } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { readSuppressions } from '../erasure/read-suppressions.ts'
import type { Vouching } from '../identity/vouch.ts'
import { keptBody } from '../quarantine/kept-body.ts'
import { quarantineShard, quarantineShardOf } from '../quarantine/quarantine-shard.ts'
import { reject } from './parse.ts'
import { type HeldEvent, refuseHeld } from './rules.ts'

/** What became of the events for the quarantine. */
export interface Held {
  quarantined: number
  /** there was no room */
  rejected: Rejection[]
  /** it could not be reached now */
  failure?: unknown
}

/** An event that waits has the time of its receipt: it is of before when it came before. */
const suppressedPerson = refusal(
  'suppressed',
  'its person is suppressed: an administrator has to lift that before anything is taken',
)

export const nothingHeld: Held = { quarantined: 0, rejected: [] }

/** Keeps the events of a request that wait for a mend, in one row, before the request is answered (SPEC QR1, WI7). @param sent the body's events */
export const hold = async (
  env: Env,
  all: readonly HeldEvent[],
  sent: readonly unknown[],
  vouching: Vouching,
  source: Source,
  version: number,
  receivedAt: EpochMs,
): Promise<Held> => {
  const suppressed = await readSuppressions(env).catch(() => undefined)
  if (!suppressed) return { ...nothingHeld, failure: new Error('who is suppressed could not be read') }
  // No object of theirs is asked about what waits here.
  const isRefused = ({ event }: HeldEvent): boolean => !suppressed.isEmpty && isOfSuppressed(event, suppressed)
  const refused = all.filter(isRefused).map(({ index, event }) => reject(index, event.messageId, suppressedPerson))
  const held = all.filter((one) => !isRefused(one))
  if (held.length === 0) return { quarantined: 0, rejected: refused }
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
    if (isKept) return { quarantined: held.length, rejected: refused }
    return { quarantined: 0, rejected: [...refused, ...held.map(refuseHeld)] }
  } catch (failure) {
    return { quarantined: 0, rejected: [], failure }
  }
}
