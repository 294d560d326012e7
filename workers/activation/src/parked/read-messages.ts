import type { Env } from '../env.ts'

export interface ReadMessage<T> {
  message: Message<string>
  body: T
}

/**
 * Reads the messages of a batch. One that cannot be read would fail for ever and the others with it: it is parked in
 * the bucket and acknowledged.
 */
export const readMessages = async <T>(
  batch: MessageBatch<string>,
  env: Env,
  read: (text: string) => T,
): Promise<ReadMessage<T>[]> => {
  const readable: ReadMessage<T>[] = []
  for (const message of batch.messages) {
    try {
      readable.push({ message, body: read(message.body) })
    } catch (error) {
      // What JSON's reader says quotes the text.
      const said = error instanceof SyntaxError ? error.name : String(error)
      console.error(JSON.stringify({ at: batch.queue, message: message.id, error: said }))
      await env.LAKE.put(`parked/${batch.queue}/${message.id}.txt`, String(message.body))
      message.ack()
    }
  }
  return readable
}
