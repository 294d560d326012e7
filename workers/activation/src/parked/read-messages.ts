import type { Env } from '../env.ts'

export interface ReadMessage<T> {
  message: Message<string>
  body: T
}

/**
 * Reads the messages of a batch as JSON. One that is not JSON would fail for ever and the others with it: it is parked in
 * the bucket and acknowledged.
 */
export const readMessages = async <T>(batch: MessageBatch<string>, env: Env): Promise<ReadMessage<T>[]> => {
  const read: ReadMessage<T>[] = []
  for (const message of batch.messages) {
    try {
      read.push({ message, body: JSON.parse(message.body) as T })
    } catch (error) {
      console.error(JSON.stringify({ at: batch.queue, message: message.id, error: String(error) }))
      await env.LAKE.put(`parked/${batch.queue}/${message.id}.txt`, String(message.body))
      message.ack()
    }
  }
  return read
}
