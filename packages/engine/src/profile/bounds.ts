import { type Identifier, type Json, utf8Bytes } from '@spartito/protocol'
import { own, put } from '../own.ts'
import type { Fragment, Trait } from './fragment.ts'
import { isNewer, type Provenance } from './provenance.ts'

/** SPEC PR2, of a profile. Bytes are those of the traits as one JSON object, in UTF-8. */
export const maxTraits = 255
export const maxTraitBytes = 32 * 1024
/** Names past this many are counted together, as `otherEvents`. */
export const maxEventNames = 500
export const otherEvents = '(other)'

/** Removals are remembered, so that an older value that comes later does not return: the newest of each fragment. */
const maxRemovals = 255

/** What an event's traits could not be kept for. */
export interface TraitRefusal {
  code: 'too_many_traits' | 'too_large_traits'
  identifier: Identifier
  messageId: string
  /** the first that was not kept, and how many of the event's were not */
  trait: string
  count: number
}

/** How much of the bounds is taken. The braces of the JSON are two bytes, and the last trait has no comma. */
export interface Room {
  count: number
  bytes: number
}

export const emptyRoom = (): Room => ({ count: 0, bytes: 1 })

/** What a trait takes of the JSON: `"name":value,`. A removed one takes none. */
export const traitBytes = (name: string, value: Json): number =>
  value === null ? 0 : utf8Bytes(JSON.stringify(name)) + utf8Bytes(JSON.stringify(value)) + 2

/** Takes room for a trait that took `was` bytes and now takes `is`. What was there may always shrink. */
export const tryToTake = (room: Room, was: number, is: number): TraitRefusal['code'] | undefined => {
  const count = room.count - (was > 0 ? 1 : 0) + (is > 0 ? 1 : 0)
  const bytes = room.bytes - was + is
  if (count > maxTraits && count > room.count) return 'too_many_traits'
  if (bytes > maxTraitBytes && is > was) return 'too_large_traits'
  room.count = count
  room.bytes = bytes
  return undefined
}

const roomOf = (traits: Iterable<[string, { value: Json }]>): Room => {
  const room = emptyRoom()
  for (const [name, { value }] of traits) {
    const bytes = traitBytes(name, value)
    room.bytes += bytes
    if (bytes > 0) room.count++
  }
  return room
}

const forgetOldRemovals = (traits: Record<string, Trait>): void => {
  const removals = Object.entries(traits).filter(([, { value }]) => value === null)
  if (removals.length <= maxRemovals) return
  removals.sort(([, a], [, b]) => (isNewer(a, b) ? -1 : 1))
  for (const [name] of removals.slice(maxRemovals)) delete traits[name]
}

/**
 * Keeps the bounds of a profile while events are folded into its fragments (SPEC PR2). What is needed to know is read from
 * them when it is first asked for, so an event that brings no new name and no trait costs nothing.
 *
 * @param ofTraits the fragments whose winning traits share the room; each has to fit it by itself, too
 * @param ofNames the fragments that share the names of events
 */
export const createBounds = (ofTraits: readonly Fragment[], ofNames: readonly Fragment[] = ofTraits) => {
  let names: Set<string> | undefined
  let shared: { room: Room; winners: Map<string, Trait> } | undefined
  const rooms = new Map<Fragment, Room>()
  const refused: TraitRefusal[] = []

  const share = () => {
    const winners = new Map<string, Trait>()
    for (const { traits } of ofTraits)
      for (const [name, trait] of Object.entries(traits))
        if (isNewer(trait, winners.get(name))) winners.set(name, trait)
    return { room: roomOf(winners), winners }
  }

  const tryToKeep = (draft: Fragment, name: string, trait: Trait): TraitRefusal['code'] | undefined => {
    const room = rooms.get(draft) ?? roomOf(Object.entries(draft.traits))
    rooms.set(draft, room)
    const before = { ...room }
    const bytes = traitBytes(name, trait.value)
    const known = own(draft.traits, name)
    const code = tryToTake(room, known ? traitBytes(name, known.value) : 0, bytes)
    if (code) return code
    shared ??= share()
    const winner = shared.winners.get(name)
    if (isNewer(trait, winner)) {
      const code = tryToTake(shared.room, winner ? traitBytes(name, winner.value) : 0, bytes)
      if (code) {
        rooms.set(draft, before)
        return code
      }
      shared.winners.set(name, trait)
    }
    put(draft.traits, name, trait)
    return undefined
  }

  return {
    /** what was not kept, one an event and reason */
    refused: refused as readonly TraitRefusal[],

    /** The name that an event counts as. */
    nameOf(draft: Fragment, name: string): string {
      if (Object.hasOwn(draft.events, name)) return name
      names ??= new Set([draft, ...ofNames].flatMap(({ events }) => Object.keys(events)))
      if (names.has(name)) return name
      // The others are no name of their own.
      if (names.size - (names.has(otherEvents) ? 1 : 0) >= maxEventNames) return otherEvents
      names.add(name)
      return name
    },

    /**
     * Sets the traits of an event that are newer than those of the fragment, and that fit.
     *
     * @returns the names of those that were set
     */
    takeTraits(draft: Fragment, traits: Readonly<Record<string, Json>>, provenance: Provenance): string[] {
      const taken: string[] = []
      // What is removed makes room for what is new.
      const entries = Object.entries(traits).sort(([, a], [, b]) => Number(b === null) - Number(a === null))
      for (const [name, value] of entries) {
        if (!isNewer(provenance, own(draft.traits, name))) continue
        const code = tryToKeep(draft, name, { value, ...provenance })
        if (code === undefined) {
          taken.push(name)
          continue
        }
        const { messageId } = provenance
        const said = refused.find((entry) => entry.messageId === messageId && entry.code === code)
        if (said) said.count++
        else refused.push({ code, identifier: draft.identifier, messageId, trait: name, count: 1 })
      }
      if (taken.some((name) => traits[name] === null)) forgetOldRemovals(draft.traits)
      return taken
    },
  }
}

export type Bounds = ReturnType<typeof createBounds>
