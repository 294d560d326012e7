import { setTimeout as wait } from 'node:timers/promises'
import { localVars } from '../../../packages/cli/src/dev/runtime.ts'
import type { Administration } from '../../support/administration.ts'
import { keys } from '../../support/keys.ts'
import { startWebhookReceiver } from '../../support/webhook-receiver.ts'
import type { BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import { type Counted, withCountedRun } from '../collector/counted-run.ts'
import type { Row } from '../row.ts'
import { rowsByObject } from './erasure-costs.ts'
import { asAdmin, erase } from './saga-erasure.ts'
import { searchLake } from './saga-lake.ts'
import { askedBy, identifiersOf, type Person, sagaWorkspace, sendOthers, sendPerson } from './saga-persons.ts'
import { canary, eraseBoth, type SagaRound, smallPerson } from './saga-round.ts'
import { sagaRows, type Wait } from './saga-rows.ts'

const devices = 20
const eventsOfOther = 6
/** Every isolate has the version that was published. */
const publishedMs = 4_000
/** Of those who stay, whose profiles are looked at. */
const watchedMost = 25

/** An alarm that was set for a row to be sent again fires after five seconds, and finds that it was confirmed. */
const stillForMs = 6_000

/**
 * What an erasure lets go of is written over some time after the last one. Here that is after both of a round, so that it is in the
 * figures of neither, and before the next.
 */
const overwriting: Wait = { what: 'others who are erased', ms: 16_000, deployedMs: 3_600_000 }
const overwritesWithinMs = 3_000

const vars = {
  // As many as are deployed (workers/collector/wrangler.jsonc): each that has something of the person is called.
  ROSTER_SHARDS: '256',
  DELIVERY_SHARDS: '64',
  OVERWRITE_DELAY_MS: String(overwriting.ms),
}

/** As the steps of an erasure and the lake's keeper have them. */
const waits: Wait[] = [
  { what: 'clocks that differ', ms: 1_000, deployedMs: 1_000 },
  {
    what: 'all isolates to know',
    ms: 2 * Number(localVars.WORKSPACE_MAX_AGE_MS) + Number(localVars.KV_PROPAGATION_MS),
    deployedMs: 2 * 30_000 + 60_000,
  },
  { what: 'others who ask the lake', ms: 500, deployedMs: 500 },
]

const otherPerson = (n: number): Person => ({
  name: `other${n}`,
  devices: 1,
  events: eventsOfOther,
  isSignedIn: n % 2 === 0,
})

/** What a profile says, as a text. */
const viewOf = async (admin: Administration, person: Person): Promise<string> => {
  const profile = await admin.profile(askedBy(person))
  if (!profile) return 'nobody'
  const { profileId, identifiers, traits, events, audiences } = profile
  return JSON.stringify([profileId, identifiers, traits, events, audiences])
}

const rowsWrittenWhile = async ({ read }: Counted, work: () => Promise<void>): Promise<Record<string, number>> => {
  const before = await read()
  await work()
  const after = await read()
  return rowsByObject({
    collector: difference(after.collector, before.collector),
    activation: difference(after.activation, before.activation),
  })
}

const measure = async (
  counted: Counted,
  receiver: string,
  { short, log }: Pick<BenchOptions, 'short' | 'log'>,
): Promise<Row[]> => {
  const [rounds, events, persons] = short ? [1, 1_000, 50] : [3, 10_000, 500]
  const { collector, admin } = counted.spartito
  const since = Date.now()
  await admin.publish(sagaWorkspace(receiver))
  await wait(publishedMs)
  log(`${persons} persons who stay`)
  const others = Array.from({ length: persons }, (_, n) => otherPerson(n))
  await sendOthers(collector, others)
  const stay = persons * eventsOfOther

  // The first erasure of a runtime loads what all others find.
  const first = smallPerson('first')
  await sendPerson(collector, first)
  await counted.untilStill(stillForMs)
  await erase(counted, askedBy(first))
  let erasedAt = Date.now()
  /** By then whoever came in the meantime has been still for longer than its alarms wait. */
  const ready = async (): Promise<void> => {
    await wait(Math.max(0, erasedAt + overwriting.ms + overwritesWithinMs - Date.now()))
    await counted.untilStill(2_000)
  }

  const watched = others.filter((_, n) => n % Math.ceil(persons / watchedMost) === 0)
  const views = () => Promise.all(watched.map((person) => viewOf(admin, person)))
  const before = await views()
  if (before.includes('nobody')) throw new Error('somebody who stays has no profile')
  const all: SagaRound[] = []
  for (let round = 1; round <= rounds; round++) {
    log(`round ${round} of ${rounds}: ${events} events on ${devices} devices`)
    const large = { name: `${canary}-large${round}`, devices, events, isSignedIn: true }
    const erased = await eraseBoth(counted, smallPerson(`small${round}`), large, { stay, since, ready })
    erasedAt = Date.now()
    log(`round ${round} of ${rounds}: ${erased.large.seconds} s, and of one event ${erased.small.seconds} s`)
    all.push(erased)
  }

  log('what was let go of is written over')
  const overwritten = await rowsWrittenWhile(counted, ready)
  log('what is left is looked for')
  const identifiers = [first, ...all.flatMap((round) => round.persons)].flatMap(identifiersOf)
  const profiles = await Promise.all(identifiers.map((identifier) => admin.profile(identifier)))
  const after = await views()
  const profileIds = all.flatMap((round) => round.profileIds)
  const { mentions, events: inLake } = await searchLake(collector, asAdmin(collector), [canary, ...profileIds])
  return sagaRows({
    person: { events, devices, heldBack: devices },
    others: { persons, events: stay },
    waits,
    overwritten: { rows: overwritten, delay: overwriting },
    large: all.map(({ large }) => large),
    small: all.map(({ small }) => small),
    afterwards: {
      found: profiles.filter((profile) => profile !== undefined).length,
      mentions,
      events: inLake,
      changed: after.filter((view, n) => view !== before[n]).length,
    },
  })
}

/** A person as a whole, erased as an administrator asks for it, until the receipt is signed (SPEC CO7). */
export const measureSaga = async (options: BenchOptions): Promise<Row[]> => {
  const receiver = await startWebhookReceiver({ secret: keys.webhook })
  try {
    return await withCountedRun(undefined, (counted) => measure(counted, receiver.origin, options), vars)
  } finally {
    await receiver.stop()
  }
}
