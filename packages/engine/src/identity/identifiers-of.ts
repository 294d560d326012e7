import {
  builtInIdentifierTypes,
  cleanText,
  type Event,
  foldCase,
  type Identifier,
  type IdentifierClass,
  type IdentifierType,
  identifierClasses,
  isBlockedValue,
  type Json,
} from '@spartito/protocol'
import { readPath } from '../audience/path.ts'
import { normalizeAs } from './normalize-as.ts'

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

/**
 * The workspace's values that identify nobody, as `isBlockedValue` compares them (SPEC ID2): each in every form that ID1
 * gives it, so that a blocked phone or address may be written as people write it.
 */
export const blockedValues = (config: IdentifierConfig): string[] => {
  const types = identifierTypes(config)
  const forms = (config.blocked ?? []).flatMap((value) => types.flatMap((type) => normalizeAs(type, value) ?? []))
  return [...new Set(forms.map(foldCase))]
}

/** What was sent, shortened, for a refusal to show. An object may hold a `toString` of its own, so it is never asked. */
const shown = (raw: Json): string => cleanText((typeof raw === 'string' ? raw : JSON.stringify(raw)).slice(0, 100))

/**
 * The identifiers that an event shows, normalized and without those that identify nobody (SPEC ID1, ID2). Pure.
 *
 * @param blocked as `blockedValues` gives them
 */
export const identifiersOf = (
  event: Event,
  types: readonly IdentifierType[],
  blocked: readonly string[],
): EventIdentifiers => {
  const identifiers: EventIdentifier[] = []
  const dropped: DroppedIdentifier[] = []
  for (const identifierType of types) {
    const { type, class: itsClass, from } = identifierType
    // A group's traits describe the group, not the person who joins it.
    if (from === undefined || (event.type === 'group' && from.startsWith('traits.'))) continue
    const raw = readPath(event as unknown as Json, from)
    if (raw === undefined || raw === null) continue
    const value = normalizeAs(identifierType, raw)
    if (value === undefined) dropped.push({ code: 'invalid_identifier', type, value: shown(raw) })
    else if (isBlockedValue(value, blocked)) dropped.push({ code: 'blocked_identifier', type, value })
    else identifiers.push({ type, value, class: itsClass })
  }
  return { identifiers, dropped }
}
