import type { Env } from '../env.ts'

/**
 * Keeps the messages that a queue has given up on, as they were, in the bucket: a queue would forget them after some days.
 * The key is the message's own, so a repeated call overwrites.
 */
export const park = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  for (const message of batch.messages) {
    await env.LAKE.put(`parked/${batch.queue}/${message.id}.json`, message.body)
    message.ack()
  }
}
