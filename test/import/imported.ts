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

/** What `/admin/stats` has counted of the import's source, when nothing has changed for a while. */
export const countedEvents = async (
  admin: Administration,
  stillForMs: number,
): Promise<{ accepted: number; duplicate: number }> => {
  const read = async () => {
    const { sources } = await admin.stats()
    const sum = (of: (counts: (typeof sources)[number]) => number): number =>
      sources.filter(({ id }) => id === 'history').reduce((total, counts) => total + of(counts), 0)
    return { accepted: sum(({ accepted }) => accepted), duplicate: sum(({ duplicate }) => duplicate) }
  }
  let counts = await read()
  for (let stillSince = Date.now(); Date.now() - stillSince < stillForMs; await wait(250)) {
    const now = await read()
    if (now.accepted !== counts.accepted || now.duplicate !== counts.duplicate) stillSince = Date.now()
    counts = now
  }
  return counts
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
