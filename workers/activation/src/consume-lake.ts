import { formatLakeMessage, type LakeMessage, parseLakeMessage, rowFiles } from '@spartito/lake'
import type { Env } from './env.ts'
import { makeFiles } from './lake/make-files.ts'
import { putFiles } from './lake/put-files.ts'
import { quarantineStub } from './object-stubs.ts'
import { parkedName } from './parked/parked-name.ts'
import { readMessages } from './parked/read-messages.ts'
import { readSuppressions } from './suppressed/read-suppressions.ts'
import { withoutSuppressed } from './suppressed/refuse-suppressed.ts'

const filesOf = (messages: readonly LakeMessage[]) =>
  [...Map.groupBy(messages, ({ kind }) => kind)].flatMap(([kind, its]) =>
    rowFiles(
      kind,
      its.map(({ id }) => id),
      its.flatMap(({ rows }) => rows),
    ),
  )

/** Where queues may lose messages, who sent these keeps them until it hears of this. */
const confirm = async (messages: readonly LakeMessage[], env: Env): Promise<void> => {
  const waiting = messages.flatMap(({ waiting: its }) => its ?? [])
  await Promise.all(
    [...Map.groupBy(waiting, ({ shard }) => shard)].map(([shard, its]) => quarantineStub(env, shard).confirmRows(its)),
  )
}

/**
 * Takes a batch of the queue `lake`: rows of any kind, a file for each kind and hour. Each step is idempotent, so a batch that breaks off is
 * taken again as a whole; a message that no file can hold is parked, and holds up no other.
 */
export const consumeLake = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  const read = await readMessages(batch, env, parseLakeMessage)
  // One message may come twice in a batch, as whoever sends it does so again.
  const came = [...new Map(read.map(({ body }) => [`${body.kind} ${body.id}`, body])).values()]
  const suppressed = await readSuppressions(env)
  const messages = suppressed.isEmpty ? came : came.map((message) => withoutSuppressed(message, suppressed))
  const { files } = await makeFiles(messages, filesOf, async (message, error) => {
    const name = parkedName(message.id)
    // What the writer says may quote a value.
    console.error(JSON.stringify({ at: 'lake', kind: message.kind, message: name, error: (error as Error).name }))
    await env.LAKE.put(`parked/lake/${message.kind}/${name}.json`, formatLakeMessage(message))
  })
  await putFiles(env, files)
  await confirm(messages, env)
  batch.ackAll()
}
