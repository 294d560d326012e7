import { isObject, type Json } from '@spartito/protocol'
import type { Attempt, Delivery } from '../delivery.ts'
import type { DestinationAnswer, DestinationKind } from '../destination-kind.ts'
import { apart, failed, readAnswer } from '../read-answer.ts'
import { deletion } from './erasure.ts'
import { fillRequest } from './fill-request.ts'
import { meaningOf, type RequestTemplate } from './request-template.ts'
import { type HttpSettings, httpSettings, maxHttpBatch } from './settings.ts'
import { fillJson, fillUrl, readerOf } from './template.ts'

const nameOf = (delivery: Delivery): 'entered' | 'exited' | 'event' => {
  if (delivery.kind === 'event') return 'event'
  return delivery.change.type === 'audience.entered' ? 'entered' : 'exited'
}

const templateOf = (delivery: Delivery, settings: HttpSettings): RequestTemplate | undefined =>
  settings[nameOf(delivery)]

/** Why a delivery has no request; a secret that is not at hand yet counts as there. */
const skip = (delivery: Delivery, settings: HttpSettings): string | undefined => {
  const template = templateOf(delivery, settings)
  if (!template) return `the settings have no request for ${nameOf(delivery)}`
  const read = readerOf(delivery, 'x')
  const missing = template.needs?.find((path) => [undefined, null, ''].includes(read(path) as undefined))
  if (missing !== undefined) return `it has no ${missing}`
  return fillUrl(template.url, read) === undefined ? 'it has no value for a place in the URL' : undefined
}

const readWith = (answer: DestinationAnswer, settings: HttpSettings, now: number): Attempt => {
  const { status } = answer
  const reason = `the endpoint answered ${status}`
  const meaning = meaningOf(settings.statuses, status)
  if (meaning === undefined) return readAnswer(answer, now)
  switch (meaning) {
    case 'delivered':
      return { outcome: 'delivered', status }
    case 'failed':
      return failed(answer, reason, now)
    case 'refused':
      return { outcome: 'refused', reason, status }
    case 'skipped':
      return { outcome: 'skipped', reason }
  }
}

/** The bodies of a request that several share: the lists at their top are joined, what else they hold is the same. */
const joined = (bodies: readonly (Json | undefined)[]): Json | undefined => {
  const [first, ...others] = bodies
  if (others.length === 0 || !isObject(first)) return first
  const lists = Object.entries(first).flatMap(([name, field]) =>
    Array.isArray(field)
      ? [[name, [...field, ...others.flatMap((other) => (other as Record<string, Json[]>)[name] ?? [])]] as const]
      : [],
  )
  return { ...first, ...Object.fromEntries(lists) } as Json
}

/** Any API that takes JSON: requests as templates, with places for what a delivery says. Nothing of a template is run. */
export const http: DestinationKind<HttpSettings> = {
  type: 'http',
  schema: httpSettings,
  secretNames: ({ secret }) => (secret === undefined ? [] : ['secret']),
  takes: ['change', 'event'],
  maxBatch: maxHttpBatch,
  batchSize: ({ batch }) => batch ?? 1,
  group: nameOf,
  skip,
  request(deliveries, settings, { secret }) {
    const [delivery] = deliveries
    return fillRequest(templateOf(delivery, settings)!, readerOf(delivery, secret), (body) =>
      joined(deliveries.map((one) => fillJson(body, readerOf(one, secret)))),
    )
  },
  read: (answer, deliveries, now, settings) => apart(readWith(answer, settings, now), deliveries),
  deletion,
}
