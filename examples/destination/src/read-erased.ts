import { type Identifier, isObject } from '@spartito/protocol'
import { isIdentifier } from './read-change.ts'

/** Somebody who is erased: what this destination has of them is to go (SPEC CO7). */
export interface ErasedPerson {
  profileIds: string[]
  identifiers: Identifier[]
}

/** Reads a verified body as a person who is erased. @returns undefined when it is something else */
export const readErased = (body: unknown): ErasedPerson | undefined => {
  if (!isObject(body) || body.type !== 'profile.erased') return undefined
  const { profileIds, identifiers } = body
  const isErased =
    Array.isArray(profileIds) &&
    profileIds.every((id) => typeof id === 'string') &&
    Array.isArray(identifiers) &&
    identifiers.every(isIdentifier)
  return isErased ? (body as unknown as ErasedPerson) : undefined
}
