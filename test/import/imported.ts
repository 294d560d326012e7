import { setTimeout as wait } from 'node:timers/promises'
import type { Workspace } from '@spartito/workspace'
import type { Administration } from '../support/administration.ts'
import { keys } from '../support/keys.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import type { History, Told } from './write-history.ts'

export const importWorkspace: Workspace = {
  sources: [{ id: 'history', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } }],
  audiences: [
    { id: 'buyers', when: { event: 'Order Completed', count: { gte: 5 } } },
    { id: 'callers', when: { event: 'Support Called', count: { gte: 3 }, within: 'P90D' } },
  ],
}

/** So long nothing has to change for the queues to count as drained, in ms: with all that is expected, and without. */
const still = { whenAllIsThereMs: 2_000, elseMs: 30_000 }

/** How many events of the import's source `/admin/stats` counts as accepted, when its queues are drained. */
export const acceptedEvents = async (admin: Administration, expected: number): Promise<number> => {
  const read = async (): Promise<number> => {
    const { sources } = await admin.stats()
    return sources.filter(({ id }) => id === 'history').reduce((total, { accepted }) => total + accepted, 0)
  }
  let accepted = await read()
  const isStill = (since: number): boolean =>
    Date.now() - since >= (accepted >= expected ? still.whenAllIsThereMs : still.elseMs)
  for (let since = Date.now(); !isStill(since); await wait(250)) {
    const now = await read()
    if (now !== accepted) since = Date.now()
    accepted = now
  }
  return accepted
}

/** What a profile shows of the events of the file. */
const shownOf = async (admin: Administration, person: string): Promise<Told> => {
  const profile = await admin.profile({ type: 'user_id', value: person })
  return Object.fromEntries(
    Object.entries(profile?.events ?? {}).map(([event, { count, first, last }]) => [event, { count, first, last }]),
  )
}

const sorted = (told: Told): string => JSON.stringify(Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Compares profiles, picked at random, with the file. @returns those that differ */
export const findDifferences = async (
  admin: Administration,
  { told }: History,
  sample: number,
  random: SeededRandom,
): Promise<{ person: string; told: Told; shown: Told }[]> => {
  const persons = [...told.keys()]
  const picked = new Set<string>()
  while (picked.size < Math.min(sample, persons.length)) picked.add(random.pick(persons))
  const differences = []
  for (const person of picked) {
    const shown = await shownOf(admin, person)
    if (sorted(shown) !== sorted(told.get(person)!)) differences.push({ person, told: told.get(person)!, shown })
  }
  return differences
}
