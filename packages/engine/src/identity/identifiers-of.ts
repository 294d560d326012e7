import {
  builtInIdentifierTypes,
  type Event,
  type Identifier,
  type IdentifierClass,
  type IdentifierType,
  identifierClasses,
  isBlockedValue,
  type Json,
  normalizeIdentifier,
} from '@spartito/protocol'
import { readPath } from '../audience/path.ts'

export interface EventIdentifier extends Identifier {
  class: IdentifierClass
}

export interface IdentifierConfig {
  /** the workspace's own types; the built-in ones are always there */
  identifiers?: readonly IdentifierType[]
  /** values that identify nobody, beside those of ID2 */
  blocked?: readonly string[]
}

export interface DroppedIdentifier {
  code: 'blocked_identifier' | 'invalid_identifier'
  type: string
  value: string
}

export interface EventIdentifiers {
  /** strongest class first, then in the workspace's order */
  identifiers: EventIdentifier[]
  /** what was shown but identifies nobody (ID2) */
  dropped: DroppedIdentifier[]
}

const builtIn: readonly IdentifierType[] = [
  { ...builtInIdentifierTypes[0]!, from: 'userId' },
  { ...builtInIdentifierTypes[1]!, from: 'anonymousId' },
]

/** All identifier types of a workspace, the strongest class first. */
export const identifierTypes = (config: IdentifierConfig): IdentifierType[] => {
  const named = config.identifiers ?? []
  const all = builtIn.map((type) => ({ ...named.find(({ type: name }) => name === type.type), ...type }))
  all.push(...named.filter(({ type }) => !builtIn.some((known) => known.type === type)))
  return all.sort((a, b) => identifierClasses.indexOf(a.class) - identifierClasses.indexOf(b.class))
}

/** The identifiers that an event shows, normalized and without those that identify nobody (SPEC ID1, ID2). Pure. */
export const identifiersOf = (
  event: Event,
  types: readonly IdentifierType[],
  blocked: readonly string[],
): EventIdentifiers => {
  const identifiers: EventIdentifier[] = []
  const dropped: DroppedIdentifier[] = []
  for (const { type, class: itsClass, from } of types) {
    // A group's traits describe the group, not the person who joins it.
    if (from === undefined || (event.type === 'group' && from.startsWith('traits.'))) continue
    const raw = readPath(event as unknown as Json, from)
    if (raw === undefined || raw === null) continue
    const value = normalizeIdentifier(type, raw)
    if (value === undefined) dropped.push({ code: 'invalid_identifier', type, value: String(raw).slice(0, 100) })
    else if (isBlockedValue(value, blocked)) dropped.push({ code: 'blocked_identifier', type, value })
    else identifiers.push({ type, value, class: itsClass })
  }
  return { identifiers, dropped }
}
