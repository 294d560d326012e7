import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { objectName, profileIdOf } from '../../workers/collector/src/visitor/object-name.ts'
import type { BucketStep } from './checkpoints/lake.ts'
import { until } from './start-crash.ts'
import { type LakeCrash, startLakeCrash } from './start-lake-crash.ts'

let crash: LakeCrash

/** Of whom everything stays. */
const others = ['bob-1', 'bob-2']
/** Who goes together. */
const three = ['eve', 'fay', 'gil']

const visitorOf = (name: string): string => objectName({ type: 'anonymous_id', value: name })
const profileOf = (name: string): string => profileIdOf(visitorOf(name))

/** Rows of a person in each kind, of which some are in a file of their own and some beside another's. */
const live = async (name: string): Promise<void> => {
  const profileId = profileOf(name)
  const at = Date.now()
  const delivery = (id: string, profile_id: string) => ({ at, id, destination: 'crm', profile_id, state: 'delivered' })
  const send = (id: string, ...rows: object[]) => crash.sendRows(JSON.stringify({ kind: 'deliveries', id, rows }))
  await crash.trackOf(name, `${name}-1`, `${name}-2`)
  await crash.trackHeld(`${name}-held`, name)
  await send(`${name}-d`, delivery(`${name}-d`, profileId), delivery(`of-bob-beside-${name}`, 'PROFILEOFBOB'))
  await send(`${name}-bad`, { at, id: profileId, status: 'x' })
}

/** In an hour of its own: nothing is left of that file. */
const liveAlone = (name: string, hoursAgo: number): Promise<void> =>
  crash.sendRows(
    JSON.stringify({
      kind: 'deliveries',
      id: `${name}-alone`,
      rows: [
        { at: Date.now() - hoursAgo * 3_600_000, id: `${name}-alone`, destination: 'crm', profile_id: profileOf(name) },
      ],
    }),
  )

const ids = async (kind: string, column: string): Promise<string[]> => [...(await crash.read(kind, column)).rows.keys()]

const ask = (name: string) => ({
  erasureId: `erase-${name}`,
  profileIds: [profileOf(name)],
  identifiers: [{ type: 'anonymous_id', value: name }],
  visitors: [visitorOf(name)],
  until: Date.now(),
})

/** Nothing of the person is left in the lake, and the others have all of theirs. */
const expectGone = async (name: string): Promise<void> => {
  const [events, deliveries, held] = await Promise.all([
    ids('events', 'message_id'),
    ids('deliveries', 'id'),
    ids('quarantine', 'message_id'),
  ])
  expect([...events, ...deliveries, ...held].filter((id) => id.startsWith(name))).toEqual([])
  expect(events).toEqual(expect.arrayContaining(others))
  expect(deliveries).toContain(`of-bob-beside-${name}`)
  expect([...(await crash.parked()).values()].join()).not.toContain(profileOf(name))
}

const erased = { events: 2, deliveries: 2, quarantine: 1, parked: 1 }

/** The lake and the statistics say the same of every hour, by what went. */
const expectNoDifference = () =>
  expect
    .poll(
      async () =>
        (await crash.reconciled())
          .flatMap(({ difference, differences }) => [difference, ...differences])
          .filter((its) => its !== 0),
      { timeout: 20_000 },
    )
    .toEqual([])

/** Instants of an erasure, in their order; `own` is the person's file of two hours ago, of which nothing is left. */
const instants: [killed: string, at: BucketStep['at'], is: (key: string) => boolean][] = [
  ['when that is stored, and nobody knows of it', 'stored', (key) => key.startsWith('erasures/')],
  ['before a file is rewritten', 'put', (key) => key.startsWith('events/')],
  ['when it is, and is not counted', 'stored', (key) => key.startsWith('events/')],
  ['before a file goes of which nothing is left', 'delete', (key) => key.startsWith('deliveries/')],
  ['when it has gone, and is not counted', 'deleted', (key) => key.startsWith('deliveries/')],
  ['when what was parked has gone', 'deleted', (key) => key.startsWith('parked/')],
  ['when that is forgotten, and the erasure is not done', 'deleted', (key) => key.startsWith('erasures/')],
]

const nameOf = (killed: string): string => `ann-${instants.findIndex(([its]) => its === killed)}`

beforeAll(async () => {
  crash = await startLakeCrash()
  const names = [...instants.map(([killed]) => nameOf(killed)), ...three]
  await crash.track(...others)
  await Promise.all(names.map(live))
  await Promise.all(names.map((name, index) => liveAlone(name, index + 2)))
  await crash.untilAccepted(others.length + 2 * names.length)
  const has = async (kind: string, column: string, suffix: string): Promise<boolean> => {
    const found = new Set(await ids(kind, column))
    return names.every((name) => found.has(`${name}-${suffix}`))
  }
  await until('all are in the lake', async () => {
    const isThere = (await has('quarantine', 'message_id', 'held')) && (await has('deliveries', 'id', 'alone'))
    return isThere && (await crash.parked()).size === names.length
  })
}, 60_000)
afterAll(() => crash?.end())

describe('CO7 R24 an erasure of the lake that is killed -9', () => {
  test.each(instants)('%s goes on, and each row is counted once', async (killed, at, is) => {
    const name = nameOf(killed)
    crash.decide = (step) => (step.at === at && is(step.key) ? 'hang' : 'go on')
    const asking = crash.erase(ask(name)).catch(() => undefined)
    await crash.untilHeld()
    await crash.killAndStart()
    await asking
    // Whoever asks repeats it until it is known.
    await crash.erase(ask(name))
    const { rows, filesRead, filesRewritten } = await crash.untilErased(`erase-${name}`)
    expect(rows).toEqual(erased)
    expect(filesRewritten).toBeGreaterThanOrEqual(3)
    expect(filesRead).toBeGreaterThanOrEqual(filesRewritten)
    await expectGone(name)
  })
})

test('CO7 many wait for one pass, joining beside it loses nothing, and the statistics say the same as the lake', async () => {
  crash.decide = () => 'go on'
  await Promise.all([...three.map((name) => crash.erase(ask(name))), crash.compact(), crash.track('bob-beside')])
  for (const name of three) {
    expect((await crash.untilErased(`erase-${name}`)).rows).toEqual(erased)
    await expectGone(name)
  }
  const events = others.length + 1 + 2 * (instants.length + three.length)
  await crash.untilAccepted(events)
  await crash.compact()
  await expectNoDifference()
  expect((await ids('events', 'message_id')).sort()).toEqual([...others, 'bob-beside'].sort())
  expect((await crash.reconciled()).reduce((sum, its) => sum + its.erased, 0)).toBe(
    3 * (instants.length + three.length),
  )
})
