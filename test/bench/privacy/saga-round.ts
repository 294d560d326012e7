import { setTimeout as wait } from 'node:timers/promises'
import type { Administration } from '../../support/administration.ts'
import type { Counted } from '../collector/counted-run.ts'
import { sum } from '../statistics.ts'
import type { MeasuredErasure } from './erasure-costs.ts'
import { asAdmin, erase } from './saga-erasure.ts'
import { joinLake, searchLake } from './saga-lake.ts'
import { askedBy, type Person, sendPerson } from './saga-persons.ts'

/** In every text of whoever is erased, and in nobody else's. */
export const canary = 'kanari'
const mergedWithinMs = 60_000

export interface SagaRound {
  small: MeasuredErasure
  large: MeasuredErasure
  persons: Person[]
  /** under which the lake had their events */
  profileIds: string[]
}

export const smallPerson = (name: string): Person => ({
  name: `${canary}-${name}`,
  devices: 1,
  events: 1,
  isSignedIn: false,
})

/** Waits until a person is one profile with all of their events. */
const untilMerged = async (admin: Administration, person: Person): Promise<void> => {
  const has = async (): Promise<number> =>
    sum(Object.values((await admin.profile(askedBy(person)))?.events ?? {}).map(({ count }) => count))
  for (const deadline = Date.now() + mergedWithinMs; (await has()) !== person.events; await wait(250))
    if (Date.now() > deadline) throw new Error(`${person.name} has ${await has()} of ${person.events} events`)
}

/**
 * A person of one event and one of many come, lie in the same joined files of the lake, and are erased, the small one first.
 *
 * @param stay events of those who stay, all in the lake since `since`
 * @param ready waits until nothing is left to do of erasures before
 */
export const eraseBoth = async (
  counted: Counted,
  small: Person,
  large: Person,
  { stay, since, ready }: { stay: number; since: number; ready: () => Promise<void> },
): Promise<SagaRound> => {
  const { collector, admin } = counted.spartito
  const ask = asAdmin(collector)
  await sendPerson(collector, small)
  await sendPerson(collector, large)
  await untilMerged(admin, large)
  const theirs = small.events + large.events
  await joinLake(ask, stay + theirs, since)
  // A search that finds nothing afterwards has to have found them.
  const { mentions, events, profileIds } = await searchLake(collector, ask, [canary])
  if (events !== stay + theirs || !(mentions.events! >= theirs))
    throw new Error(`the lake has ${events} events, ${mentions.events} of those who are to be erased`)
  await ready()
  return {
    small: await erase(counted, askedBy(small)),
    large: await erase(counted, askedBy(large)),
    persons: [small, large],
    profileIds,
  }
}
