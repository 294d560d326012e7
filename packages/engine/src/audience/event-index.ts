import { type Event, eventName } from '@spartito/protocol'
import type { Scalar } from './condition.ts'
import type { Leaf } from './leaf.ts'
import { compilePath } from './path.ts'
import { asJson } from './predicate.ts'

/** The leaves that an event may be about. */
export type EventIndex = (event: Event) => Iterable<Leaf>

interface OfName {
  /** leaves that every event of the name reaches */
  always: Leaf[]
  /** leaves that need one value at a path: an event finds its own among any number of them */
  byValue: { path: string; read: ReturnType<typeof compilePath>; leaves: Map<Scalar, Leaf[]> }[]
}

const nothing: readonly Leaf[] = []

const push = <K>(map: Map<K, Leaf[]>, key: K, leaf: Leaf): void => {
  const leaves = map.get(key)
  if (leaves) leaves.push(leaf)
  else map.set(key, [leaf])
}

const add = (ofName: OfName, leaf: Leaf): void => {
  // A leaf with several feeds asks its own filters; it must not be found twice.
  const { feeds } = leaf.events!
  const needed = feeds.length === 1 ? feeds[0]!.needed : undefined
  if (!needed) {
    if (!ofName.always.includes(leaf)) ofName.always.push(leaf)
    return
  }
  let entry = ofName.byValue.find(({ path }) => path === needed.path)
  if (!entry) {
    entry = { path: needed.path, read: compilePath(needed.path), leaves: new Map() }
    ofName.byValue.push(entry)
  }
  push(entry.leaves, needed.value, leaf)
}

/** Indexes leaves by the events that they are about: by name, then by the value that their filter needs. */
export const indexEvents = (leaves: Iterable<Leaf>): EventIndex => {
  const names = new Map<string, OfName>()
  for (const leaf of leaves)
    for (const { event } of leaf.events?.feeds ?? []) {
      let ofName = names.get(event)
      if (!ofName) {
        ofName = { always: [], byValue: [] }
        names.set(event, ofName)
      }
      add(ofName, leaf)
    }
  return (event) => {
    const ofName = names.get(eventName(event))
    if (!ofName) return nothing
    const found = [...ofName.always]
    for (const { read, leaves: byValue } of ofName.byValue) {
      const value = read(asJson(event))
      if (value === undefined || typeof value === 'object') {
        if (value === null) found.push(...(byValue.get(null) ?? nothing))
      } else found.push(...(byValue.get(value) ?? nothing))
    }
    return found
  }
}
