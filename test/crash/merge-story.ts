import type { AudienceChange, Identifier } from '@spartito/protocol'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { basic, keys } from '../support/keys.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import type { Hold } from './checkpoints/start-checkpoints.ts'
import { moved, stayed } from './moves-workspace.ts'
import { createSide, type Shown, type Side } from './side.ts'
import type { Crash } from './start-crash.ts'

/** What moves to a person: a device's part, or all that an address or another person has. */
export type Loser = 'device' | 'address' | 'person'

export interface Point {
  at: Checkpoint
  /** of the pages that are pulled: `1.`, or `4. the last`; any when left out */
  page?: string
}

const withinMs = 60_000

export const joinedId = (name: string): string => `${name}-joined`

const identifierOf = (loser: Loser, name: string): Identifier => {
  switch (loser) {
    case 'device':
      return { type: 'anonymous_id', value: `${name}-device` }
    case 'address':
      return { type: 'email', value: `${name}@shop.example` }
    case 'person':
      return { type: 'user_id', value: `${name}-former` }
  }
}

/** What an event of the loser shows. */
const shownBy = (loser: Loser, { value }: Identifier): Shown => {
  switch (loser) {
    case 'device':
      return { anonymousId: value }
    case 'address':
      return { email: value }
    case 'person':
      return { userId: value }
  }
}

/** The event that shows that both are one, and what a profile counts it as. */
const joining = (loser: Loser, { value }: Identifier): { event: object; countedAs: string } => {
  const track = { type: 'track', event: 'Signed In' }
  switch (loser) {
    case 'device':
      return { event: { ...track, anonymousId: value }, countedAs: track.event }
    case 'address':
      return { event: { ...track, properties: { email: value } }, countedAs: track.event }
    case 'person':
      return { event: { type: 'alias', previousId: value }, countedAs: 'alias' }
  }
}

/** Where a merge hangs. */
export const holdAt = (loser: Loser, name: string, { at, page }: Point): Hold => {
  if (at === 'ingested') return { at, carrying: [joinedId(name)] }
  return { at, carrying: [objectName(identifierOf(loser, name)), ...(page === undefined ? [] : [`page ${page}`])] }
}

/** A person and somebody who turns out to be that person, both of whom go on doing things. */
export interface MergeStory {
  name: string
  person: Identifier
  loser: Identifier
  sides: { loser: Side; survivor: Side }
  /** the name that the profile counts the joining event under */
  joinedAs: string
  /** sends the event that shows both; asked again, it is the same event. @throws when the answer dies with the runtime */
  join(): Promise<void>
  /** whether nothing of it is under way any more */
  hasEnded(): Promise<boolean>
}

export const createMergeStory = ({ collector, admin }: Crash, of: Loser, name: string): MergeStory => {
  const userId = `${name}-user`
  const loser = identifierOf(of, name)
  const { event, countedAs } = joining(of, loser)
  // The secret key of a server vouches for the person, for the address and for the alias (SPEC ID11).
  const writeKey = of === 'device' ? keys.browser : keys.server
  const side = (what: string, shows: Shown): Side =>
    createSide({ collector, writeKey, event: what, id: `${name}-${what}`, shows })
  return {
    name,
    person: { type: 'user_id', value: userId },
    loser,
    sides: { loser: side(moved, shownBy(of, loser)), survivor: side(stayed, { userId }) },

    joinedAs: countedAs,

    async join() {
      const response = await fetch(`${collector}/v1/batch`, {
        method: 'POST',
        headers: { authorization: basic(writeKey) },
        body: JSON.stringify({ batch: [{ ...event, messageId: joinedId(name), userId }] }),
        signal: AbortSignal.timeout(withinMs),
      })
      if (!response.ok) throw new Error(`${name} was answered ${response.status}: ${await response.text()}`)
      await response.body?.cancel()
    },

    async hasEnded() {
      const graph = await admin.graph(loser)
      return graph?.underWay.length === 0 && graph.asked.role !== 'moving'
    },
  }
}

/** The changes of a profile as they were delivered, each once by its key, by `seq`. @throws Error when a copy is another */
export const changesOf = ({ changes }: Crash, profileId: string): AudienceChange[] => {
  const byKey = new Map<string, { body: string; change: AudienceChange }>()
  for (const { id, body, change } of changes) {
    if (change.profileId !== profileId) continue
    if ((byKey.get(id)?.body ?? body) !== body) throw new Error(`${id} came with another body`)
    byKey.set(id, { body, change })
  }
  return [...byKey.values()].map(({ change }) => change).sort((a, b) => a.seq - b.seq)
}
