import type { Json } from '@spartito/protocol'
import { type ErasedPerson, valuesOf } from '../deletion.ts'
import type { Deletion, DestinationRequest } from '../destination-kind.ts'
import { failed, readAnswer } from '../read-answer.ts'
import { type ErasureTemplate, namesIn } from './erasure-template.ts'
import { fillRequest } from './fill-request.ts'
import { meaningOf } from './request-template.ts'
import type { HttpSettings } from './settings.ts'
import { fillUrl, type Read, readerIn } from './template.ts'

/** What a template may say of a person: `identifiers` holds the first of each type, or the one whose turn it is. */
const readerOf = (
  person: ErasedPerson,
  secret: string | undefined,
  turn?: readonly [type: string, value: string],
): Read => {
  const types = new Set(person.identifiers.map(({ type }) => type))
  const all = [...types].map((type) => [type, valuesOf(person, type)] as const)
  return readerIn({
    erasureId: person.erasureId,
    at: new Date(person.at).toISOString(),
    profileIds: person.profileIds,
    all: Object.fromEntries(all),
    identifiers: Object.fromEntries([...all.map(([type, [first]]) => [type, first]), ...(turn ? [turn] : [])]),
    ...(secret !== undefined && { secret }),
  } as unknown as Json)
}

/** One of each request that the template makes of a person. */
const readersOf = (person: ErasedPerson, { each }: ErasureTemplate, secret: string | undefined): Read[] =>
  each === undefined
    ? [readerOf(person, secret)]
    : valuesOf(person, each).map((value) => readerOf(person, secret, [each, value]))

const isMissing = (value: Json | undefined): boolean => value === undefined || value === null || value === ''

/** Of whom there is nothing at these paths; a type of identifier is called by its name. */
const lacks = (paths: readonly string[]): string =>
  `the person has no ${[...new Set(paths.map((path) => path.replace(/^(?:identifiers|all)\./, '')))].join(' and no ')}`

/** Why there is no request; a secret that is not at hand yet counts as there. */
const skip = (person: ErasedPerson, { erased }: HttpSettings): string | undefined => {
  if (!erased) return 'its settings have no request for erased'
  const readers = readersOf(person, erased, 'x')
  const [read] = readers
  if (!read) return lacks([erased.each!])
  const missing = erased.needs?.find((path) => isMissing(read(path)))
  if (missing !== undefined) return lacks([missing])
  const names = namesIn(erased)
  // Without a name in it, a request could be one to delete whatever there is.
  if (names.every((path) => isMissing(read(path)))) return lacks(names)
  return readers.some((one) => fillUrl(erased.url, one) === undefined)
    ? 'a place in the URL has no value, or one that is a step of a path'
    : undefined
}

/** Any API that deletes a person: the request that the settings have for it, or one for each identifier of a type. */
export const deletion: Deletion<HttpSettings> = {
  skip,
  requests: (person, { erased }, { secret }) =>
    readersOf(person, erased!, secret).map((read) => fillRequest(erased!, read)) as [
      DestinationRequest,
      ...DestinationRequest[],
    ],
  read(answer, { erased }, now) {
    const { status } = answer
    const reason = `the endpoint answered ${status}`
    switch (meaningOf(erased?.statuses, status)) {
      case 'done':
        return { outcome: 'delivered', status }
      case 'failed':
        return failed(answer, reason, now)
      case 'refused':
        return { outcome: 'refused', reason, status }
      case undefined:
        return readAnswer(answer, now)
    }
  },
}
