import { isObject } from '@spartito/protocol'
import * as v from 'valibot'
import { type Secret, secret } from '../secret.ts'
import { type ErasureTemplate, erasureTemplate } from './erasure-template.ts'
import { type RequestTemplate, status, templateFields } from './request-template.ts'
import { placesIn, roots } from './template.ts'

/** What a status, such as `409`, or all of a hundred, such as `5xx`, says of a delivery. */
export type StatusMeaning = 'delivered' | 'failed' | 'refused' | 'skipped'

export interface HttpSettings {
  /** the key of the API, for `{{secret}}`; it needs the permissions of all the requests, that for deletions too */
  secret?: Secret | undefined
  /** a member has entered an audience; without it entries are skipped */
  entered?: RequestTemplate | undefined
  /** a member has exited; without it exits are skipped */
  exited?: RequestTemplate | undefined
  /** an event that the destination asked for; without it events are skipped */
  event?: RequestTemplate | undefined
  /** asks for the deletion of a person who is erased (SPEC CO7); without it the exits are all it is told */
  erased?: ErasureTemplate | undefined
  /**
   * how many deliveries may share a request, 2 to 500: the lists at the top of their bodies are joined. The URL and the headers hold no place
   * but the secret then. One a request when left out
   */
  batch?: number | undefined
  /** what a status means where it is not what SPEC DE4 says; the exact one goes before its hundred */
  statuses?: Readonly<Record<string, StatusMeaning>> | undefined
}

const template = v.strictObject(templateFields({ roots, inHeaders: 'id' }))

const hasOwnPlace = (texts: readonly string[]): boolean =>
  texts.some((given) => placesIn(given).some((path) => path !== 'secret'))

/** Whether requests of a template can be joined: in their bodies' lists alone do they differ. */
const canBeJoined = ({ url, headers: given = {}, body }: RequestTemplate): boolean =>
  !hasOwnPlace([url, ...Object.values(given)]) &&
  isObject(body) &&
  Object.values(body).some((field) => Array.isArray(field)) &&
  !hasOwnPlace(
    Object.entries(body).flatMap(([name, field]) => [name, Array.isArray(field) ? '' : JSON.stringify(field)]),
  )

export const maxHttpBatch = 500
const batchSays = `must be a whole number from 2 to ${maxHttpBatch}, of deliveries that share a request`

export const httpSettings = v.pipe(
  v.strictObject({
    secret: v.optional(secret),
    batch: v.optional(
      v.pipe(v.number(batchSays), v.integer(batchSays), v.minValue(2, batchSays), v.maxValue(maxHttpBatch, batchSays)),
    ),
    entered: v.optional(template),
    exited: v.optional(template),
    event: v.optional(template),
    erased: v.optional(erasureTemplate),
    statuses: v.optional(
      v.record(
        status,
        v.picklist(['delivered', 'failed', 'refused', 'skipped'], 'must be delivered, failed, refused or skipped'),
        'must be an object of statuses',
      ),
    ),
  }),
  v.check(
    ({ entered, exited, event, erased }) => [entered, exited, event, erased].some((one) => one !== undefined),
    'needs a request: entered, exited, event or erased',
  ),
  v.check(
    ({ batch, entered, exited, event }) =>
      batch === undefined || [entered, exited, event].every((one) => one === undefined || canBeJoined(one)),
    'has a batch, so each request needs a body with a list, and places in its lists alone: {{secret}} may be in the URL and headers',
  ),
  v.check(
    ({ secret: key, ...rest }) => key !== undefined || !placesIn(JSON.stringify(rest)).includes('secret'),
    'uses {{secret}}: name the Worker secret as its setting secret',
  ),
)
