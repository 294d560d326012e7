import { isObject, type Json } from '@spartito/protocol'
import * as v from 'valibot'
import { guardUrl } from '../guard/guard-url.ts'
import { headers, keysIn } from '../headers.ts'
import { type Secret, secret } from '../secret.ts'
import { text } from '../texts.ts'
import { fillUrl, originOf, placesIn, roots } from './template.ts'

/** A request with places for what a delivery says: `{{identifiers.email}}`. */
export interface RequestTemplate {
  /** `POST` when left out */
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined
  /** may hold places behind its host */
  url: string
  /** values may hold `{{secret}}` and `{{id}}` */
  headers?: Readonly<Record<string, string>> | undefined
  /** JSON, whose texts may hold places; left out: an empty body */
  body?: Json | undefined
  /** what a delivery must have: one that lacks a path of these is skipped */
  needs?: readonly string[] | undefined
}

/** What a status, such as `409`, or all of a hundred, such as `5xx`, says of a delivery. */
export type StatusMeaning = 'delivered' | 'failed' | 'refused' | 'skipped'

export interface HttpSettings {
  /** the key of the API, for `{{secret}}` */
  secret?: Secret | undefined
  /** a member has entered an audience; without it entries are skipped */
  entered?: RequestTemplate | undefined
  /** a member has exited; without it exits are skipped */
  exited?: RequestTemplate | undefined
  /** an event that the destination asked for; without it events are skipped */
  event?: RequestTemplate | undefined
  /**
   * how many deliveries may share a request, 2 to 500: the lists at the top of their bodies are joined. The URL and the headers hold no place
   * but the secret then. One a request when left out
   */
  batch?: number | undefined
  /** what a status means where it is not what SPEC DE4 says; the exact one goes before its hundred */
  statuses?: Readonly<Record<string, StatusMeaning>> | undefined
}

const isUrlTemplate = (url: string): string | undefined => {
  // A host from somebody's data would lead anywhere.
  if (placesIn(originOf(url)).length > 0) return 'must have its places behind the host'
  const guarded = guardUrl(fillUrl(url, () => 'x') ?? url, true)
  return guarded.ok ? undefined : guarded.error
}

const templateUrl = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? isUrlTemplate(dataset.value) : undefined
    if (fault) addIssue({ message: fault })
  }),
)

const isKnownPath = (path: string): boolean => (roots as readonly string[]).includes(path.split('.')[0]!)

const unknownPlace = (given: unknown): string | undefined =>
  placesIn(JSON.stringify(given) ?? '').find((path) => !isKnownPath(path))

const places = <T>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    const unknown = dataset.typed ? unknownPlace(dataset.value) : undefined
    if (unknown !== undefined)
      addIssue({ message: `has the place {{${unknown}}}, which is none: a path begins with ${roots.join(', ')}` })
  })

const hidesKeys = v.check<Record<string, string>, string>(
  (given) => keysIn(given).every((value) => placesIn(value).includes('secret')),
  'holds a key: write {{secret}} in its place, and name the Worker secret as the setting secret',
)

const placesOfHeaders = v.check<Record<string, string>, string>(
  (given) => Object.values(given).every((value) => placesIn(value).every((path) => path === 'secret' || path === 'id')),
  'may hold the places {{secret}} and {{id}} alone',
)

const template = v.strictObject({
  method: v.optional(v.picklist(['POST', 'PUT', 'PATCH', 'DELETE'], 'must be POST, PUT, PATCH or DELETE')),
  url: v.pipe(templateUrl, places<string>()),
  headers: v.optional(v.pipe(headers, hidesKeys, placesOfHeaders)),
  body: v.optional(
    v.pipe(
      v.custom<Json>((value) => value !== undefined, 'must be JSON'),
      places<Json>(),
    ),
  ),
  needs: v.optional(v.array(v.pipe(text, v.check(isKnownPath, `must be a path that begins with ${roots.join(', ')}`)))),
})

const status = v.pipe(v.string(), v.regex(/^[1-5](\d\d|xx)$/, 'must be a status such as 409, or 5xx'))

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
    statuses: v.optional(
      v.record(
        status,
        v.picklist(['delivered', 'failed', 'refused', 'skipped'], 'must be delivered, failed, refused or skipped'),
        'must be an object of statuses',
      ),
    ),
  }),
  v.check(
    ({ entered, exited, event }) => [entered, exited, event].some((one) => one !== undefined),
    'needs a request: entered, exited or event',
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
