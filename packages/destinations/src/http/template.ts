import { readPath } from '@spartito/engine'
import type { Json, JsonObject } from '@spartito/protocol'
import type { Delivery } from '../delivery.ts'
import { personOf } from '../identifiers/person.ts'

/** A place for a value: `{{a.path}}`. Nothing is computed in it. */
const place = /\{\{([^{}]{1,200})\}\}/g
const wholePlace = /^\{\{([^{}]{1,200})\}\}$/

/** What a path may begin with. */
export const roots = [
  'id',
  'kind',
  'profileId',
  'at',
  'atSeconds',
  'audience',
  'isMember',
  'identifiers',
  'traits',
  'change',
  'event',
  'secret',
] as const

/** The paths of all places in a text. */
export const placesIn = (text: string): string[] => [...text.matchAll(place)].map(([, path]) => path!.trim())

/** The part of a URL that says where it leads. */
export const originOf = (url: string): string => /^[^/]*\/\/[^/?#]*/.exec(url)?.[0] ?? url

/** Reads a path of what a template may say. */
export type Read = (path: string) => Json | undefined

/** Reads paths of an object; own fields alone. */
export const readerIn =
  (context: Json): Read =>
  (path) =>
    readPath(context, path)

/**
 * What a template may say of a delivery: `identifiers` holds the first of each type, `at` is when it happened as ISO 8601,
 * `isMember` whether the profile is in the audience now. Own fields alone are read.
 */
export const readerOf = (delivery: Delivery, secret: string | undefined): Read => {
  const at = delivery.kind === 'change' ? delivery.change.effectiveAt : delivery.event.timestamp
  const { userIds, anonymousIds, emails, phones } = personOf(delivery)
  const found = { user_id: userIds[0], anonymous_id: anonymousIds[0], email: emails[0], phone: phones[0] }
  const identifiers: Record<string, string | undefined> =
    delivery.kind === 'change'
      ? Object.fromEntries(delivery.change.identifiers.toReversed().map(({ type, value }) => [type, value]))
      : found
  const context = {
    id: delivery.id,
    kind: delivery.kind,
    profileId: delivery.profileId,
    at: new Date(at).toISOString(),
    atSeconds: Math.floor(at / 1000),
    identifiers: JSON.parse(JSON.stringify(identifiers)) as JsonObject,
    ...(secret !== undefined && { secret }),
    ...(delivery.kind === 'change'
      ? {
          audience: delivery.change.audience,
          isMember: delivery.change.type === 'audience.entered',
          traits: delivery.change.traits,
          change: delivery.change,
        }
      : { traits: delivery.event.traits ?? {}, event: delivery.event }),
  } as unknown as Json
  return readerIn(context)
}

const asText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)

/** A text with each place filled; one without a value is empty. */
export const fillText = (text: string, read: Read): string =>
  text.replace(place, (_, path: string) => asText(read(path.trim())))

/**
 * A URL with each place filled. A value is one part of a path or of the query, whatever is in it; the secret, which the owner
 * chose, may be several.
 *
 * @returns undefined when a place has no value, or one that would lead elsewhere (`.` and `..` are steps of a path)
 */
export const fillUrl = (url: string, read: Read): string | undefined => {
  let isWhole = true
  const filled = url.replace(place, (_, said: string) => {
    const path = said.trim()
    const value = asText(read(path))
    if (value === '' || value === '.' || value === '..') isWhole = false
    return path === 'secret' ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value)
  })
  return isWhole ? filled : undefined
}

/**
 * JSON with each place filled: a text that is one place alone becomes the value, whatever its type, and is left out when there is
 * none; in any other text, and in the names of fields, the value becomes text.
 */
export const fillJson = (template: Json, read: Read): Json | undefined => {
  if (typeof template === 'string') {
    const path = wholePlace.exec(template)?.[1]?.trim()
    return path === undefined ? fillText(template, read) : read(path)
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, read)).filter((item) => item !== undefined)
  if (typeof template !== 'object' || template === null) return template
  const filled = Object.entries(template).map(([name, item]) => [fillText(name, read), fillJson(item, read)] as const)
  return Object.fromEntries(filled.filter(([, item]) => item !== undefined)) as JsonObject
}
