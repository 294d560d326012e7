import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Row } from '../column.ts'
import { compactStep } from '../compaction/compact-step.ts'
import { type MemoryStore, memoryStore } from '../compaction/memory-store.ts'
import { stepLimits } from '../compaction/plan-step.ts'
import { type HourlyKind, hourlyKinds } from '../kind.ts'
import { readParquet } from '../parquet.ts'
import { rowFiles } from '../row-files.ts'
import { eraseFile } from './erase-file.ts'
import { holdOrder } from './hold-order.ts'
import { mayHold } from './may-hold.ts'
import { compileSubjects, type ErasureAsk } from './subjects.ts'

const hour = '2026-01-31T12'
const begin = Date.parse(`${hour}:00:00Z`)
const until = begin + 1_800_000

const ask = (its: Partial<ErasureAsk> = {}): ErasureAsk => ({
  erasureId: 'e1',
  profileIds: ['PROFILEOFANN'],
  identifiers: [
    { type: 'user_id', value: 'ann' },
    { type: 'anonymous_id', value: 'device-of-ann' },
    { type: 'email', value: 'ann@example.com' },
  ],
  visitors: ['user_id:5ac4b2f0', 'anonymous_id:0b1c2d3e'],
  until,
  ...its,
})

const put = async (store: MemoryStore, kind: HourlyKind, id: string, rows: readonly Row[]): Promise<void> => {
  for (const { key, body, metadata } of rowFiles(kind, [id], rows)) await store.write(key, body, metadata)
}

/** Erases all files of the hour, as the keeper does. @returns how many rows went of each erasure */
const erase = async (
  store: MemoryStore,
  kind: HourlyKind,
  asks: readonly ErasureAsk[],
): Promise<Record<string, number>> => {
  const subjects = compileSubjects(asks)
  const seen = new Set<string>()
  const rows: Record<string, number> = {}
  const { held, files } = await holdOrderOf(store, kind, asks)
  for (const file of files) {
    const erased = await eraseFile(kind, file, store, subjects, seen, held)
    if (!erased) continue
    if (erased.body) await store.write(file.key, erased.body, erased.metadata)
    else await store.remove([file.key])
    for (const [id, its] of Object.entries(erased.rows)) rows[id] = (rows[id] ?? 0) + its
  }
  return rows
}

const holdOrderOf = async (store: MemoryStore, kind: HourlyKind, asks: readonly ErasureAsk[]) => {
  const files = await store.list(`${kind}/`)
  return kind === 'quarantine' ? holdOrder(files, store, compileSubjects(asks)) : { held: undefined, files }
}

const left = async (store: MemoryStore, kind: HourlyKind, column: string): Promise<unknown[]> => {
  const bodies = [...store.bodies.values()] as ArrayBuffer[]
  return (await Promise.all(bodies.map((body) => readParquet(hourlyKinds[kind], body))))
    .flat()
    .map((row) => row[column])
}

const at = { received_at: begin + 1_000, source: 'web' }
const event = (message_id: string, its: Row): Row => ({ ...at, message_id, ...its })
const held = (id: string, step: number, body: object | null): Row => ({
  ...at,
  id,
  step,
  state: step ? 'recovered' : 'held',
  body: body && JSON.stringify(body),
})

// biome-ignore format: a row a rule
const rules: [rule: string, kind: HourlyKind, key: string, rows: Row[], stays: string[]][] = [
  ['of its profile, and no other', 'events', 'message_id',
    [event('a', { profile_id: 'PROFILEOFANN' }), event('b', { profile_id: 'PROFILEOFBOB' })], ['b']],
  ['of a shared device by their profile alone', 'events', 'message_id',
    [event('a', { profile_id: 'PROFILEOFBOB', anonymous_id: 'device-of-ann' })], ['a']],
  ['without a profile by what they show', 'events', 'message_id',
    [event('a', { anonymous_id: 'device-of-ann' }), event('b', { user_id: 'ann' }), event('c', { anonymous_id: 'x' })], ['c']],
  ['that name the person where strict mode leaves them to a device', 'events', 'message_id',
    [event('a', { profile_id: 'PROFILEOFDEVICE', user_id: 'ann' })], []],
  ['that came later begin a new profile', 'events', 'message_id',
    [event('a', { profile_id: 'PROFILEOFANN', received_at: until }), event('b', { profile_id: 'PROFILEOFANN', received_at: until + 1 })], ['b']],
  ['of decisions', 'consents', 'purpose',
    [event('a', { profile_id: 'PROFILEOFANN', purpose: 'ads' }), event('b', { profile_id: 'PROFILEOFBOB', purpose: 'stats' })], ['stats']],
  ['of changes, and the exits that tell of the erasure itself', 'changes', 'id',
    [{ emitted_at: begin, id: 'a', profile_id: 'PROFILEOFANN' }, { emitted_at: until + 9, id: 'b', profile_id: 'PROFILEOFANN', cause: 'erasure' },
      { emitted_at: until + 9, id: 'c', profile_id: 'PROFILEOFANN', cause: 'event' }], ['c']],
  ['of deliveries', 'deliveries', 'id', [{ at: begin, id: 'a', profile_id: 'PROFILEOFANN' }, { at: begin, id: 'b', profile_id: 'PROFILEOFBOB' }], ['b']],
  ['of deliveries that ended when the person was erased already', 'deliveries', 'id',
    [{ at: until + 9, began_at: until, id: 'a', profile_id: 'PROFILEOFANN' }, { at: until + 9, began_at: until + 1, id: 'b', profile_id: 'PROFILEOFANN' }], ['b']],
  ['held back, by their body, with all their steps', 'quarantine', 'id',
    [held('1', 0, { userId: 'ann' }), held('1', 1, null), held('2', 0, { userId: 'bob' }), held('2', 1, null),
      held('3', 0, { traits: { email: 'Ann@Example.COM' } })], ['2', '2']],
]
test.each(rules)('CO7 rows go %s', async (_rule, kind, key, rows, stays) => {
  const store = memoryStore()
  await put(store, kind, 'one', rows)
  expect(await erase(store, kind, [ask()])).toEqual(
    stays.length === rows.length ? {} : { e1: rows.length - stays.length },
  )
  expect(await left(store, kind, key)).toEqual(stays)
  // What is left says what it is.
  for (const file of await store.list(`${kind}/`)) expect(file.rows).toBe(stays.length)
})

describe('CO7 the files of an hour', () => {
  const ofBoth = [event('a', { profile_id: 'PROFILEOFANN' }), event('b', { profile_id: 'PROFILEOFBOB' })]

  test('are rewritten for many in one pass, each counted for itself', async () => {
    const store = memoryStore()
    await put(store, 'events', 'one', [...ofBoth, event('c', { profile_id: 'PROFILEOFEVA' })])
    const bob = ask({ erasureId: 'e2', profileIds: ['PROFILEOFBOB'], identifiers: [], visitors: [] })
    expect(await erase(store, 'events', [ask(), bob])).toEqual({ e1: 1, e2: 1 })
    expect(await left(store, 'events', 'message_id')).toEqual(['c'])
  })

  test('count a row once of which there is a copy', async () => {
    const store = memoryStore()
    await put(store, 'events', 'one', ofBoth)
    await put(store, 'events', 'two', ofBoth)
    expect(await erase(store, 'events', [ask()])).toEqual({ e1: 1 })
    expect(await left(store, 'events', 'message_id')).toEqual(['b', 'b'])
  })

  test('are the same when they are erased again, to the byte', async () => {
    const once = memoryStore()
    await put(once, 'events', 'one', ofBoth)
    await erase(once, 'events', [ask()])
    const [body] = once.bodies.values()
    expect(await erase(once, 'events', [ask()])).toEqual({})
    expect([...once.bodies.values()]).toEqual([body])
    const again = memoryStore()
    await put(again, 'events', 'one', ofBoth)
    await erase(again, 'events', [ask()])
    expect([...again.bodies.values()]).toEqual([body])
  })

  test('of the quarantine tell whose a step is until the steps are gone', async () => {
    const store = memoryStore()
    await put(store, 'quarantine', 'one', [held('1', 0, { userId: 'ann' })])
    await put(store, 'quarantine', 'two', [held('1', 1, null)])
    await put(store, 'quarantine', 'three', [held('2', 0, { userId: 'bob' })])
    const { files } = await holdOrderOf(store, 'quarantine', [ask()])
    const last = files.at(-1)!.key
    const steps = await readParquet(hourlyKinds.quarantine, store.bodies.get(last) as ArrayBuffer)
    expect(steps.map(({ id, step }) => [id, step])).toEqual([['1', 0]])
    await erase(store, 'quarantine', [ask()])
    expect(await left(store, 'quarantine', 'id')).toEqual(['2'])
  })
})

test('CO7 a name that is not written as it is compared is found, too', async () => {
  const store = memoryStore()
  for (const [n, user_id] of [' ann ', 'bob'].entries())
    await put(store, 'events', `f${n}`, [event(`m${n}`, { user_id })])
  await compactStep('events', hour, store, stepLimits)
  const [file] = await store.list('events/')
  expect(await mayHold('events', file!, store, compileSubjects([ask()]))).toBe(true)
  await erase(store, 'events', [ask()])
  expect(await left(store, 'events', 'user_id')).toEqual(['bob'])
})

test('CO7 what a joined file says of itself never hides a row, and spares the reading of nearly all that hold none', async () => {
  let [asked, spared] = [0, 0]
  const people = fc.uniqueArray(fc.stringMatching(/^[A-Z2-7]{26}$/), { minLength: 2, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(people, fc.string({ minLength: 1, maxLength: 20 }), async ([subject, ...others], userId) => {
      const row = (profile_id: string, n: number): Row => event(`m${n}`, { profile_id, user_id: n % 3 ? null : userId })
      const store = memoryStore()
      await put(store, 'events', 'one', others.map(row))
      await put(
        store,
        'events',
        'two',
        others.map((one, n) => row(one, n + 100)),
      )
      while (await compactStep('events', hour, store, stepLimits));
      const [file] = await store.list('events/')
      const may = (its: Partial<ErasureAsk>) =>
        mayHold('events', file!, store, compileSubjects([ask({ profileIds: [], identifiers: [], ...its })]))
      expect(await may({ profileIds: [others[0]!] })).toBe(true)
      expect(await may({ identifiers: [{ type: 'user_id', value: userId }] })).toBe(others.length > 0)
      asked++
      if (!(await may({ profileIds: [subject!] }))) spared++
    }),
    { numRuns: 60, seed: 8 },
  )
  expect(spared / asked).toBeGreaterThan(0.9)
})
