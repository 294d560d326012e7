import { gunzipSync } from 'node:zlib'
import { isObject, limits, ok, type Result, readTime, refuse } from '@spartito/protocol'
import { type Failed, failed } from './failed.ts'

export interface Body {
  writeKey: string | undefined
  sentAt: number | undefined
  /** a batch's events, or the one of a single-event route */
  events: unknown[]
  /** of the whole batch, as sent; kept, logged and passed on by nobody */
  token?: unknown
  /** each event's own, when one has any */
  tokens?: unknown[]
}

const tokensOf = (events: readonly unknown[]): { tokens?: unknown[] } => {
  const tokens = events.map((event) => (isObject(event) ? event.token : undefined))
  return tokens.some((token) => token !== undefined) ? { tokens } : {}
}

const tooLarge = (): Failed =>
  failed(
    413,
    'too_large_batch',
    `the body is larger than ${limits.bodyBytes} bytes after decompression: send smaller batches`,
  )

/** Reads a stream up to the limit; undefined when there is more. */
const readUpTo = async (
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> => {
  if (!stream) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  if (chunks.length === 1) return chunks[0]!
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * Inflates what is small and may become large: the size is looked at while it grows. A `DecompressionStream` makes all that one write brings
 * before it hands over the first of it: 490 KB of zeros became 480 MB.
 *
 * @throws Error when it is no gzip, or a broken one
 */
const inflate = (bytes: Uint8Array): Result<Uint8Array, Failed> => {
  try {
    return ok(gunzipSync(bytes, { maxOutputLength: limits.bodyBytes }))
  } catch (error) {
    // What the runtime throws when the limit is reached; a broken gzip is another error.
    if (error instanceof RangeError) return refuse(tooLarge())
    throw error
  }
}

const readBytes = async (request: Request): Promise<Result<Uint8Array, Failed>> => {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > limits.bodyBytes) return refuse(tooLarge())
  try {
    // A body of a known length is read in one call; reading it as a stream costs half as much again as all the rest.
    const bytes =
      length === null ? await readUpTo(request.body, limits.bodyBytes) : new Uint8Array(await request.arrayBuffer())
    if (!bytes) return refuse(tooLarge())
    // The header may be missing (browsers cannot set it) or the runtime may have decompressed: the bytes tell.
    if (!isGzip(bytes)) return ok(bytes)
    return inflate(bytes)
  } catch {
    // A broken chunked or gzip body makes the read throw.
    return refuse(failed(400, 'invalid_json', 'the body broke off or is not the gzip that it begins as: send it again'))
  }
}

const decoder = new TextDecoder()

/** Reads a request's body as JSON, whatever its content type says, within the limits (SPEC WI3). */
export const decode = async (request: Request, isSingle: boolean): Promise<Result<Body, Failed>> => {
  const bytes = await readBytes(request)
  if (!bytes.ok) return bytes
  let body: unknown
  try {
    body = JSON.parse(decoder.decode(bytes.value))
  } catch {
    return refuse(failed(400, 'invalid_json', 'the body is not JSON: send one JSON object'))
  }
  if (!isObject(body)) return refuse(failed(400, 'invalid_json', 'the body must be one JSON object'))
  const writeKey = typeof body.writeKey === 'string' ? body.writeKey : undefined
  if (isSingle) return ok({ writeKey, sentAt: undefined, events: [body], ...tokensOf([body]) })
  if (!Array.isArray(body.batch))
    return refuse(
      failed(400, 'invalid_field', 'batch is missing: send {"batch": [event, …]}, or one event to its own route'),
    )
  if (body.batch.length > limits.events)
    return refuse(
      failed(
        413,
        'too_large_batch',
        `the batch has ${body.batch.length} events, ${limits.events} are allowed: split it`,
      ),
    )
  return ok({ writeKey, sentAt: readTime(body.sentAt), events: body.batch, token: body.token, ...tokensOf(body.batch) })
}
