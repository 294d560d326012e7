import type { Json } from '@spartito/protocol'
import * as v from 'valibot'
import { guardUrl } from '../guard/guard-url.ts'
import { headers, keysIn } from '../headers.ts'
import { text } from '../texts.ts'
import { fillUrl, originOf, placesIn } from './template.ts'

/** A request with places for what a delivery says: `{{identifiers.email}}`. */
export interface RequestTemplate {
  /** `POST` when left out */
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined
  /** may hold places behind its host */
  url: string
  /** values may hold `{{secret}}` and `{{id}}`; of an erasure, `{{erasureId}}` in its place */
  headers?: Readonly<Record<string, string>> | undefined
  /** JSON, whose texts may hold places; left out: an empty body */
  body?: Json | undefined
  /** what a delivery must have: one that lacks a path of these is skipped */
  needs?: readonly string[] | undefined
}

/** What the places of a template may say. */
export interface Places {
  /** what a path may begin with */
  roots: readonly string[]
  /** what headers may hold beside the secret */
  inHeaders: string
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

const hidesKeys = v.check<Record<string, string>, string>(
  (given) => keysIn(given).every((value) => placesIn(value).includes('secret')),
  'holds a key: write {{secret}} in its place, and name the Worker secret as the setting secret',
)

/** The fields of a template whose places are these; a fault in one is told with its path. */
export const templateFields = ({ roots, inHeaders }: Places) => {
  const begins = `a path begins with ${roots.join(', ')}`
  const isKnown = (path: string): boolean => roots.includes(path.split('.')[0]!)
  const places = <T>() =>
    v.rawCheck<T>(({ dataset, addIssue }) => {
      const unknown = dataset.typed
        ? placesIn(JSON.stringify(dataset.value) ?? '').find((path) => !isKnown(path))
        : undefined
      if (unknown !== undefined) addIssue({ message: `has the place {{${unknown}}}, which is none: ${begins}` })
    })
  const placesOfHeaders = v.check<Record<string, string>, string>(
    (given) =>
      Object.values(given).every((value) => placesIn(value).every((path) => path === 'secret' || path === inHeaders)),
    `may hold the places {{secret}} and {{${inHeaders}}} alone`,
  )
  return {
    method: v.optional(v.picklist(['POST', 'PUT', 'PATCH', 'DELETE'], 'must be POST, PUT, PATCH or DELETE')),
    url: v.pipe(templateUrl, places<string>()),
    headers: v.optional(v.pipe(headers, hidesKeys, placesOfHeaders)),
    body: v.optional(
      v.pipe(
        v.custom<Json>((value) => value !== undefined, 'must be JSON'),
        places<Json>(),
      ),
    ),
    needs: v.optional(v.array(v.pipe(text, v.check(isKnown, `must be a path that begins with ${roots.join(', ')}`)))),
  }
}

/** A status such as `409`, or all of a hundred, such as `5xx`. */
export const status = v.pipe(v.string(), v.regex(/^[1-5](\d\d|xx)$/, 'must be a status such as 409, or 5xx'))

/** What is said of a status, the exact one before its hundred; undefined where nothing is. */
export const meaningOf = <T>(statuses: Readonly<Record<string, T>> | undefined, answered: number): T | undefined =>
  statuses?.[String(answered)] ?? statuses?.[`${Math.floor(answered / 100)}xx`]
