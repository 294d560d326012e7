import { request as httpRequest } from 'node:http'
import { basic, keys } from '../../support/keys.ts'

/** In every hostile text: found in a log, it has leaked. */
export const canary = 'CANARY7f3a'

/** A request as it goes over the wire: `fetch` would mend its path and refuse some of its headers. */
export interface HostileRequest {
  method?: string
  /** as it is sent, not normalized */
  path?: string
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array
}

/**
 * One line of the table: what is sent, and what it gets.
 *
 * `code` is a refusal's, `null` for an answer that has none; of a batch with a rejected event it is the event's.
 */
export type Hostile = [what: string, request: HostileRequest, status: number, code: string | null]

export interface HostileAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

const answerWithinMs = 15_000

/** Sends exactly this. @throws Error when nothing is answered in time */
export const sendHostile = (
  collector: string,
  { method = 'POST', path = '/v1/track', headers = {}, body = '' }: HostileRequest,
): Promise<HostileAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(collector)
    const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.setTimeout(answerWithinMs, () => sent.destroy(new Error(`no answer in ${answerWithinMs} ms`)))
    sent.on('error', reject)
    sent.end(body)
  })

export const key = { authorization: basic(keys.browser) }

let made = 0
/** A good event of a visitor that nobody else is, as JSON, with what is hostile in it. */
export const event = (more: object = {}): string =>
  JSON.stringify({ anonymousId: `hostile-${process.pid}-${made++}`, event: 'Hostile', ...more })

/** The same, with JSON that `JSON.stringify` would not make. */
export const withJson = (fields: string): string => `${event().slice(0, -1)},${fields}}`

/** A hostile event to the route of tracks, with a good key. */
export const tracked = (body: string | Uint8Array, more: HostileRequest = {}): HostileRequest => ({
  ...more,
  headers: { ...key, ...more.headers },
  body,
})
