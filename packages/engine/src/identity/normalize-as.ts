import { type IdentifierType, normalizeIdentifier } from '@spartito/protocol'
import { readPhone } from './phone.ts'

/**
 * Normalizes a value as an identifier of a workspace's type (SPEC ID1), phones with the type's country.
 *
 * @returns undefined when it cannot be one; see `normalizeIdentifier`
 */
export const normalizeAs = ({ type, country }: Pick<IdentifierType, 'type' | 'country'>, value: unknown) =>
  normalizeIdentifier(type, value, (text) => readPhone(text, country))
