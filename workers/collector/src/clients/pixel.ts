import { type EventType, eventTypes, isObject } from '@spartito/protocol'
import { readCampaign } from '@spartito/protocol/campaign'
import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { collect } from '../pipeline/collect.ts'
import { failed, retryHeaders } from '../pipeline/failed.ts'

/** A transparent image of one pixel, the smallest that every mail program shows. */
const image = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), (char) =>
  char.charCodeAt(0),
)

/** What is not kept under its own name is a property. */
const fields = new Set([
  'event',
  'name',
  'category',
  'anonymousId',
  'userId',
  'groupId',
  'previousId',
  'messageId',
  'timestamp',
])

/** An event from a query: the fields of an event by their names, all else as properties; a campaign's parameters name it too. */
const fromQuery = (query: URLSearchParams): Record<string, unknown> => {
  const event: Record<string, unknown> = {}
  const properties: Record<string, string> = {}
  for (const [name, value] of query)
    if (fields.has(name)) event[name] = value
    else if (name !== 'writeKey' && name !== 'type') properties[name] = value
  const campaign = readCampaign(query.toString())
  return { ...event, properties, ...(campaign && { context: { campaign } }) }
}

/** Segment's form: the whole event as JSON in base64. */
const fromData = (data: string): Record<string, unknown> | undefined => {
  try {
    const bytes = Buffer.from(data, 'base64')
    const event: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isObject(event) ? event : undefined
  } catch {
    return undefined
  }
}

const isEventType = (type: string | undefined): type is EventType => eventTypes.includes(type as EventType)

/**
 * Takes an event by an image, for what runs no scripts, such as mails (SPEC WI1). Whatever becomes of it, what is answered is the image, with
 * the status of the outcome and its code as a header: a mail shows no error.
 */
const pixel = async (c: Context<{ Bindings: Env }>): Promise<Response> => {
  const { searchParams } = new URL(c.req.url)
  const data = searchParams.get('data')
  const event = data === null ? fromQuery(searchParams) : fromData(data)
  const type = c.req.param('type')?.replace(/^v1\//, '') ?? searchParams.get('type') ?? 'track'
  const answer = async () => {
    if (!event) return failed(400, 'invalid_json', 'data is no JSON in base64')
    if (!isEventType(type)) return failed(400, 'unknown_type', `type must be one of ${eventTypes.join(', ')}`)
    const writeKey = searchParams.get('writeKey') ?? event.writeKey
    const gpc = c.req.header('sec-gpc')
    // What asks for the image is a mail program or its proxy: its address, agent and cookies are nobody's. A refusal is the visitor's all the same.
    const request = new Request(new URL(`/v1/${type}`, c.req.url), {
      method: 'POST',
      headers: gpc === undefined ? {} : { 'sec-gpc': gpc },
      body: JSON.stringify({ ...event, ...(writeKey !== undefined && { writeKey }) }),
    })
    return (await collect(c.env, request, { type, isImport: false }, c.req.raw)).outcome
  }
  const outcome = await answer()
  const isTaken = 'success' in outcome
  return new Response(image, {
    status: isTaken ? 200 : outcome.status,
    headers: {
      'content-type': 'image/gif',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      ...(!isTaken && { 'x-spartito-code': outcome.body.code }),
      ...(!isTaken && retryHeaders(outcome)),
    },
  })
}

export const pixelRoutes = new Hono<{ Bindings: Env }>()

// RudderStack's form, `/pixel/v1/<type>`, as a route of its own would make the router of all routes a slower one.
for (const path of ['/pixel', '/v1/pixel', '/pixel/:type{.+}', '/v1/pixel/:type']) pixelRoutes.get(path, pixel)
