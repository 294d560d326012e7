import { type ChangeMessage, noticeKey } from '@spartito/protocol'
import { type CompiledWorkspace, destinationsOf } from '@spartito/workspace'
import { countExpired } from './count-expired.ts'
import { deliveriesByConsent } from './deliveries/by-consent.ts'
import { type ForDestination, handOver } from './deliveries/hand-over.ts'
import type { Env } from './env.ts'
import { visitorStub } from './object-stubs.ts'
import { readMessages } from './parked/read-messages.ts'
import { readWorkspace } from './read-workspace.ts'
import { recordChanges } from './roster/record-changes.ts'
import { readSuppressions } from './suppressed/read-suppressions.ts'
import { mayChange } from './suppressed/refuse-suppressed.ts'
import { tellChanges } from './tell-changes.ts'

const retrySeconds = 2

interface Pending {
  message: Message<string>
  body: ChangeMessage
}

/** A visitor's messages by their keys in its outbox: a notice, which has no `seq`, is below 0. */
const keyOf = (body: ChangeMessage): number => (body.kind === 'change' ? body.change.seq : noticeKey(body.notice))

const profileIdOf = (body: ChangeMessage): string =>
  body.kind === 'change' ? body.change.profileId : body.notice.profileId

/** A change for each destination that hears of its audience (SPEC DE3), or whose members it makes of a notice of consent. */
const deliveriesOf = (workspace: CompiledWorkspace, body: ChangeMessage): ForDestination[] => {
  if (body.kind === 'profile') return []
  if (body.kind === 'consent') return deliveriesByConsent(workspace, body)
  const { change, visitor, policy } = body
  const { id, profileId } = change
  const item = {
    delivery: { kind: 'change', id, profileId, change },
    visitor,
    policy,
    version: workspace.version,
  } as const
  return destinationsOf(workspace, change.audience).map(({ id: destination }) => ({ destination, item }))
}

/**
 * Takes a batch of the queue `audience-changes`: into the roster, to the objects that deliver them, and to the lake; then each is
 * confirmed to its visitor, where its outbox ends (SPEC DE1). What an endpoint does holds nothing up here. Each step is idempotent,
 * so what breaks off is taken again.
 */
export const consumeChanges = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  const pending = await readMessages(batch, env, (text) => JSON.parse(text) as ChangeMessage)
  const suppressed = await readSuppressions(env)
  const all = pending.map(({ body }) => body)
  const bodies = suppressed.isEmpty ? all : all.filter((body) => mayChange(body, suppressed))
  await countExpired(env, bodies)
  const isRecorded = recordChanges(env, bodies)
  const workspace = await readWorkspace(env, Date.now())
  const isHandedOver = handOver(
    env,
    bodies.flatMap((body) => deliveriesOf(workspace, body)),
  )
  const told = tellChanges(
    env,
    // Of an erasure's own exits nothing is to stay.
    bodies.flatMap((body) => (body.kind === 'change' && body.change.cause !== 'erasure' ? [body.change] : [])),
  )
  const byVisitor = Map.groupBy(pending, ({ body }) => body.visitor)
  const confirm = async (visitor: string, its: Pending[]): Promise<void> => {
    for (const profileId of new Set(its.map(({ body }) => profileIdOf(body)))) {
      await isRecorded(profileId)
      await isHandedOver(profileId)
    }
    await told
    await visitorStub(env, visitor).confirmChanges(its.map(({ body }) => keyOf(body)))
    for (const { message } of its) message.ack()
  }
  const results = await Promise.allSettled([told, ...[...byVisitor].map(([visitor, its]) => confirm(visitor, its))])
  for (const [index, its] of [...byVisitor.values()].entries()) {
    const result = results[index + 1]!
    if (result.status === 'fulfilled') continue
    console.error(JSON.stringify({ at: 'changes', error: String(result.reason) }))
    for (const { message } of its) message.retry({ delaySeconds: retrySeconds })
  }
}
