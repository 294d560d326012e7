import { type AudienceChange, type ChangeMessage, decide } from '@spartito/protocol'
import { type Destination, destinationsOf, type Secret } from '@spartito/workspace'
import { countExpired } from './count-expired.ts'
import type { Attempt } from './destinations/target.ts'
import { webhook } from './destinations/webhook/deliver.ts'
import type { Env } from './env.ts'
import { visitorStub } from './object-stubs.ts'
import { readMessages } from './parked/read-messages.ts'
import { readWorkspace } from './read-workspace.ts'
import { recordChanges } from './roster/record-changes.ts'

type ChangeToDeliver = Extract<ChangeMessage, { kind: 'change' }>

const firstRetrySeconds = 2
const maxRetrySeconds = 600

const secretValue = (secret: Secret, env: Env): string | undefined =>
  typeof secret === 'string' ? secret : (env as unknown as Record<string, string | undefined>)[secret.env]

/** An entry needs consent to ALL purposes; an exit removes somebody, and follows an entry that had it (DE6, CO6). */
const isAllowed = ({ purposes }: Destination, { change, policy }: ChangeToDeliver): boolean =>
  change.type === 'audience.exited' || decide(purposes, change.consent, policy) === 'granted'

const deliverTo = async (destination: Destination, change: AudienceChange, env: Env): Promise<Attempt> => {
  const secret = secretValue(destination.settings.secret, env)
  if (secret === undefined)
    return { outcome: 'failed', reason: `the secret of ${destination.id} is not set: run wrangler secret put for it` }
  return webhook(destination.settings, secret)(change)
}

const log = (destination: string, change: AudienceChange, attempt: Attempt): void => {
  if (attempt.outcome !== 'delivered')
    console.error(JSON.stringify({ at: 'delivery', destination, change: change.id, ...attempt }))
}

/** Delivers one change to each of its destinations; undefined when all is done, else the seconds to wait before more. */
const deliver = async (message: Message<string>, body: ChangeToDeliver, env: Env): Promise<number | undefined> => {
  const { change } = body
  const workspace = await readWorkspace(env, Date.now())
  const targets = destinationsOf(workspace, change.audience).filter((destination) => isAllowed(destination, body))
  const attempts = await Promise.all(
    targets.map(async (destination) => {
      const attempt = await deliverTo(destination, change, env)
      log(destination.id, change, attempt)
      if (attempt.outcome === 'refused')
        await env.LAKE.put(
          `parked/deliveries/${destination.id}/${change.id}.json`,
          JSON.stringify({ ...attempt, change }),
        )
      return attempt
    }),
  )
  const failures = attempts.filter((attempt) => attempt.outcome === 'failed')
  if (failures.length === 0) return undefined
  const backoff = Math.min(maxRetrySeconds, firstRetrySeconds * 2 ** (message.attempts - 1)) * (0.5 + Math.random() / 2)
  return Math.ceil(Math.max(backoff, ...failures.map(({ retryAfterMs = 0 }) => retryAfterMs / 1000)))
}

interface Pending {
  message: Message<string>
  body: ChangeMessage
}

/** The order of a visitor's messages, and their keys in its outbox: a notice, which has no `seq`, is below 0. */
const keyOf = (body: ChangeMessage): number => (body.kind === 'change' ? body.change.seq : -body.notice.order)

const profileIdOf = (body: ChangeMessage): string =>
  body.kind === 'change' ? body.change.profileId : body.notice.profileId

/** One visitor's changes, in the order of their `seq`; what waits holds up what follows it. A notice goes nowhere. */
const deliverInOrder = async (
  visitor: string,
  pending: Pending[],
  isRecorded: (profileId: string) => Promise<void>,
  env: Env,
): Promise<void> => {
  const delivered: Pending[] = []
  let waitSeconds: number | undefined
  for (const { message, body } of pending.sort((a, b) => keyOf(a.body) - keyOf(b.body))) {
    if (body.kind === 'change') waitSeconds ??= await deliver(message, body, env)
    if (body.kind === 'profile' || waitSeconds === undefined) delivered.push({ message, body })
    else message.retry({ delaySeconds: waitSeconds })
  }
  await isRecorded(profileIdOf(pending[0]!.body))
  if (delivered.length === 0) return
  // What waits in the visitor's outbox ends here, and only here (DE1).
  await visitorStub(env, visitor).confirmChanges(delivered.map(({ body }) => keyOf(body)))
  for (const { message } of delivered) message.ack()
}

/**
 * Takes a batch of the queue `audience-changes`: into the roster, and to the destinations, visitors side by side, each
 * one's changes in their order (DE2). Both are done before a change is confirmed. A batch whose expired profiles cannot be
 * counted is taken again as a whole.
 */
export const consumeChanges = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  const pending = await readMessages(batch, env, (text) => JSON.parse(text) as ChangeMessage)
  const bodies = pending.map(({ body }) => body)
  await countExpired(env, bodies)
  const isRecorded = recordChanges(env, bodies)
  const byVisitor = Map.groupBy(pending, ({ body }) => body.visitor)
  const results = await Promise.allSettled(
    [...byVisitor].map(([visitor, its]) => deliverInOrder(visitor, its, isRecorded, env)),
  )
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue
    console.error(JSON.stringify({ at: 'changes', error: String(result.reason) }))
    for (const { message } of [...byVisitor.values()][index]!) message.retry({ delaySeconds: firstRetrySeconds })
  }
}
