import type { Counts } from './counts.ts'

const encoder = new TextEncoder()
const chunkBytes = 64 * 1024

type Binding = Record<string, (...args: never[]) => unknown>

/** A binding that tells of each call before it passes it on. */
const telling = <T extends object>(binding: T, tell: (method: string, args: unknown[]) => void): T =>
  new Proxy(binding, {
    get: (target, method) => {
      const value = (target as Binding)[method as string]
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        tell(method as string, args)
        return value.apply(target, args as never[])
      }
    },
  })

const bytesOf = (body: unknown): number => encoder.encode(String(body)).length

const producer = (queue: string, binding: object, counts: Counts): object =>
  telling(binding, (method, [first]) => {
    const bodies = method === 'send' ? [first] : (first as { body: unknown }[]).map(({ body }) => body)
    const sums = counts.messages[queue] ?? { messages: 0, chunksOf64Kb: 0 }
    counts.messages[queue] = sums
    for (const body of bodies) {
      sums.messages++
      sums.chunksOf64Kb += Math.ceil(bytesOf(body) / chunkBytes)
    }
  })

/** The bindings of the two Workers, each of them counted. */
export const countEnv = <T extends object>(env: T, counts: Counts): T => {
  const bindings = env as Record<string, object>
  const counted: Record<string, object> = { ...bindings }
  for (const queue of ['EVENTS', 'CHANGES', 'LAKE_ROWS'])
    if (bindings[queue]) counted[queue] = producer(queue, bindings[queue], counts)
  if (bindings.CONFIG)
    counted.CONFIG = telling(bindings.CONFIG, (method) => {
      if (method === 'put') counts.kvWrites++
      else counts.kvReads++
    })
  if (bindings.LAKE)
    counted.LAKE = telling(bindings.LAKE, (method) => {
      if (method === 'put') counts.r2Puts++
      if (method === 'list') counts.r2Lists++
      if (method === 'get' || method === 'head') counts.r2Gets++
    })
  return counted as T
}
