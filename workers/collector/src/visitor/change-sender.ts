import { resendDelayMs } from '@spartito/engine'
import type { ChangeMessage, ConsentPolicy } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { type Outgoing, outboxKey } from './outbox.ts'
import type { VisitorStore } from './visitor-store.ts'

/** A batch of a queue takes 100 messages and 256,000 bytes. */
const maxMessages = 100
const maxBatchBytes = 240_000

const encoder = new TextEncoder()

const batches = (bodies: readonly string[]): string[][] => {
  const all: string[][] = []
  let bytes = 0
  for (const body of bodies) {
    const size = encoder.encode(body).length + 100
    const last = all.at(-1)
    if (!last || last.length >= maxMessages || bytes + size > maxBatchBytes) {
      all.push([body])
      bytes = size
    } else {
      last.push(body)
      bytes += size
    }
  }
  return all
}

const messageOf = (visitor: string, policy: ConsentPolicy, outgoing: Outgoing): ChangeMessage => {
  if ('seq' in outgoing) return { kind: 'change', visitor, policy, change: outgoing }
  if (outgoing.type === 'profile.consented') return { kind: 'consent', visitor, policy, notice: outgoing }
  return { kind: 'profile', visitor, notice: outgoing }
}

/**
 * Sends changes and notices to the queue `audience-changes`. A failure is not an error: they stay in the outbox, and
 * the alarm sends them again.
 */
export const sendOutgoing = async (
  env: Env,
  visitor: string,
  policy: ConsentPolicy,
  outgoing: readonly Outgoing[],
): Promise<void> => {
  const bodies = outgoing.map((entry) => JSON.stringify(messageOf(visitor, policy, entry)))
  try {
    for (const batch of batches(bodies))
      await env.CHANGES.sendBatch(batch.map((body) => ({ body, contentType: 'text' })))
  } catch (error) {
    console.error(JSON.stringify({ at: 'visitor.changes', error: String(error) }))
  }
}

/**
 * Sends what is due in the outbox once more, and plans when they are due next (SPEC DE1).
 *
 * @param dueBy what is due by then counts as due; now when left out
 */
export const resendOutgoing = async (
  env: Env,
  visitor: string,
  store: VisitorStore,
  now: number,
  dueBy = now,
): Promise<void> => {
  const due = store.outgoingDue(dueBy, maxMessages)
  if (due.length === 0) return
  store.markSent(
    new Map(
      due.map((entry) => {
        const attempts = store.outbox.get(outboxKey(entry))!.attempts + 1
        return [outboxKey(entry), { attempts, dueAt: now + resendDelayMs(attempts) }]
      }),
    ),
  )
  await sendOutgoing(env, visitor, store.state!.policy, due)
}
