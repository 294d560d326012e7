import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { SweepStep } from '@spartito/workspace'
import { expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import type { SweepProgress } from '../src/roster/sweep-state.ts'
import { createSweepConductor, type SweepConductor } from '../src/workspace/sweep-conductor.ts'
import { fresh } from './setup.ts'

const progress = (version: number, isDone: boolean, visited = 0): SweepProgress => ({
  version,
  visited,
  changed: 0,
  failed: 0,
  isDone,
})

interface Stage {
  conductor: SweepConductor
  /** the same, as after a restart */
  again(): SweepConductor
  /** which shards were told which versions, in order */
  told: [shard: number, versions: number[]][]
  /** what a shard answers; running, unless said otherwise */
  answers: Map<number, SweepProgress | Error>
}

const answerOf = (answers: Stage['answers'], shard: number, version: number): SweepProgress => {
  const answer = answers.get(shard) ?? progress(version, false)
  if (answer instanceof Error) throw answer
  return answer
}

/** Five shards, two at a time, in an object of their own. */
const onStage = (play: (stage: Stage) => Promise<void>): Promise<void> =>
  runInDurableObject((env as Env).WORKSPACE.getByName(fresh('conductor')), async (_object, { storage }) => {
    const told: Stage['told'] = []
    const answers: Stage['answers'] = new Map()
    const begin = async (shard: number, steps: SweepStep[]): Promise<SweepProgress> => {
      told.push([shard, steps.map(({ version }) => version)])
      return answerOf(answers, shard, steps.at(-1)!.version)
    }
    const ask = async (shard: number): Promise<SweepProgress> => answerOf(answers, shard, 0)
    const again = () => createSweepConductor({ sql: storage.sql, shards: 5, atATime: 2, begin, progress: ask })
    await play({ conductor: again(), again, told, answers })
  })

const now = () => Date.now()

test('so many shards sweep at a time; one that is done makes room for the next', () =>
  onStage(async ({ conductor, told }) => {
    conductor.plan(1, 'all', now())
    await conductor.advance()
    expect(told).toEqual([
      [0, [1]],
      [1, [1]],
    ])
    await conductor.done(1, progress(1, true, 7))
    expect(told.at(-1)).toEqual([2, [1]])
    for (const shard of [0, 2, 3, 4]) await conductor.done(shard, progress(1, true, 1))
    expect(conductor.summary(1)).toEqual({
      version: 1,
      shards: 5,
      done: 5,
      visited: 11,
      changed: 0,
      failed: 0,
      isDone: true,
    })
    expect(conductor.dueAt(now())).toBeUndefined()
  }))

test('nobody is told before every isolate can have the version', () =>
  onStage(async ({ conductor, told }) => {
    const startsAt = now() + 60_000
    conductor.plan(1, 'all', startsAt)
    await conductor.advance()
    expect(told).toEqual([])
    expect(conductor.dueAt(now())).toBe(startsAt)
    expect(conductor.summary(1)).toMatchObject({ done: 0, isDone: false })
    expect(conductor.steps()).toEqual([])
  }))

test('empty shards are done at once, so all are told in one go', () =>
  onStage(async ({ conductor, told, answers }) => {
    for (const shard of [0, 1, 2, 3, 4]) answers.set(shard, progress(1, true))
    conductor.plan(1, 'all', now())
    await conductor.advance()
    expect(told.map(([shard]) => shard)).toEqual([0, 1, 2, 3, 4])
    expect(conductor.summary(1).isDone).toBe(true)
  }))

test('a version that can alter nobody is done, and needs no shard', () =>
  onStage(async ({ conductor, told }) => {
    conductor.plan(1, 'none', now())
    await conductor.advance()
    expect(told).toEqual([])
    expect(conductor.summary(1)).toMatchObject({ version: 1, done: 5, isDone: true })
  }))

test('a newer version tells first those that run, and each shard all that it has not been told', () =>
  onStage(async ({ conductor, told }) => {
    conductor.plan(1, 'all', now())
    await conductor.advance()
    await conductor.done(0, progress(1, true))
    conductor.plan(2, { membersOf: ['a'] }, now())
    told.length = 0
    await conductor.advance()
    expect(told).toEqual([
      [1, [2]],
      [2, [2]],
    ])
    // A report of the version before is late, and counts no more.
    await conductor.done(1, progress(1, true))
    expect(conductor.summary(2)).toMatchObject({ done: 0 })
    await conductor.done(1, progress(2, true))
    await conductor.done(2, progress(2, true))
    expect(told.slice(2)).toEqual([
      [0, [2]],
      [3, [1, 2]],
    ])
  }))

test('it goes on after a restart, and asks who has been silent', () =>
  onStage(async ({ conductor, again, told, answers }) => {
    conductor.plan(1, 'all', now())
    await conductor.advance()
    const restarted = again()
    expect(restarted.dueAt(now())! - now()).toBeGreaterThan(25_000)
    answers.set(0, progress(1, true, 3)).set(1, progress(1, false, 2))
    await restarted.ask()
    expect(restarted.summary(1)).toMatchObject({ done: 1, visited: 5 })
    await restarted.advance()
    expect(told.at(-1)).toEqual([2, [1]])
  }))

test('a shard that cannot be reached holds up nobody, and is told again after a while', () =>
  onStage(async ({ conductor, told, answers }) => {
    answers.set(0, new Error('out of reach'))
    conductor.plan(1, 'all', now())
    await conductor.advance()
    expect(new Set(told.map(([shard]) => shard))).toEqual(new Set([0, 1]))
    expect(conductor.dueAt(now())! - now()).toBeGreaterThan(25_000)
    answers.delete(0)
    await conductor.advance()
    expect(conductor.summary(1)).toMatchObject({ done: 0, isDone: false })
    await conductor.done(1, progress(1, true))
    expect(told.at(-1)).toEqual([2, [1]])
  }))
