import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inFlightMs, type PublishedSuppressions, suppressedKey } from '@spartito/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { openErasureStore } from '../src/erasure/erasure-store.ts'
import type { StepRun } from '../src/erasure/steps/step.ts'
import { settle } from '../src/erasure/steps/suppress.ts'
import { callIngest } from '../src/visitor/call-ingest.ts'
import { ask, confirm, erasures, somebody, stepsDone } from './erasure-setup.ts'
import { administer, fresh, publish, stubOf, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

/** Has the list of suppressions be stored in another way, until it is told to end. */
const storeLists = (put: (store: (list: string) => Promise<void>, list: string) => Promise<void>) =>
  runInDurableObject(erasures(), (instance) => {
    const { CONFIG } = (instance as unknown as { env: Env }).env
    const store = (list: string): Promise<void> => Object.getPrototypeOf(CONFIG).put.call(CONFIG, suppressedKey, list)
    const own = CONFIG as { put?: unknown }
    own.put = (_key: string, list: string) => put(store, list)
    return () => {
      delete own.put
    }
  })

/** Those who are asked to be erased, up to a step. @returns how many of what they suppress is published, and how many is not */
const publishedOf = async (persons: readonly Awaited<ReturnType<typeof somebody>>[], step: string) => {
  const ids: string[] = []
  for (const { userId } of persons) {
    const response = await ask({ identifier: { type: 'user_id', value: userId } })
    ids.push(((await response.json()) as { id: string }).id)
  }
  await Promise.all(ids.map((id) => expect.poll(() => stepsDone(id), { timeout: 5_000 }).toContain('find')))
  for (const { userId, device, email } of persons) {
    await confirm('user_id', userId)
    await confirm('anonymous_id', device)
    await confirm('email', email)
  }
  await Promise.all(ids.map((id) => expect.poll(() => stepsDone(id), { timeout: 15_000 }).toContain(step)))
  const hashes = await runInDurableObject(erasures(), (_object, { storage }) =>
    ids.flatMap((id) =>
      storage.sql.exec<{ it: string }>('SELECT in_flight AS it FROM suppressions WHERE erasure = ?', id).toArray(),
    ),
  )
  const published = await (env as Env).CONFIG.get<PublishedSuppressions>(suppressedKey, 'json')
  const [known, unknown] = [true, false].map((is) => hashes.filter(({ it }) => it in published!.until === is).length)
  return { known, unknown }
}

test('CO7 what a machine whose clock is ahead has received of somebody is of before', async () => {
  const person = await somebody()
  const ahead = Date.now() + 500
  const event = { messageId: fresh('m'), type: 'track', event: 'Seen', source: 'web', userId: person.userId }
  await callIngest(stubOf('user_id', person.userId), {
    address: { type: 'user_id', value: person.userId, class: 'person' },
    events: [JSON.stringify({ ...event, timestamp: ahead, receivedAt: ahead })],
    receivedAt: ahead,
    policy: 'opt-out',
    verified: true,
    anonymousId: undefined,
    hops: 0,
  })
  await publishedOf([person], 'suppress')
  const path = `/admin/suppressions?type=user_id&value=${person.userId}`
  const { suppressions } = (await (await administer(path)).json()) as { suppressions: { at: number }[] }
  expect(suppressions[0]!.at).toBeGreaterThanOrEqual(ahead)
})

describe('CO7 what is in flight of somebody is refused', () => {
  test('of several who are erased side by side, however slowly one list of them is stored', async () => {
    let waits = 1_000
    const end = await storeLists(async (store, list) => {
      const ms = waits
      waits = 0
      await new Promise((resolve) => setTimeout(resolve, ms))
      await store(list)
    })
    expect(await publishedOf([await somebody(), await somebody()], 'suppress')).toEqual({ known: 12, unknown: 0 })
    await end()
  })

  test('though an older list is stored late, by an instance that is gone', async () => {
    const older = JSON.stringify(await (env as Env).CONFIG.get(suppressedKey, 'json'))
    let isLate = true
    const end = await storeLists(async (store, list) => {
      await store(list)
      if (isLate) await store(older)
      isLate = false
    })
    expect(await publishedOf([await somebody()], 'settle')).toEqual({ known: 6, unknown: 0 })
    await end()
  })

  test.each([
    ['of before are over, it is done, whatever is published', inFlightMs, true],
    ['may still come, it waits for its publication', 0, false],
  ])('when messages %s', async (_what, agoMs, isDone) => {
    const id = fresh('E')
    const at = Date.now() - agoMs - 5_000
    const ended = await runInDurableObject(erasures(), (_object, { storage }) => {
      const store = openErasureStore(storage)
      store.suppress([{ hash: id, inFlight: id, mode: 'erase', at, erasureId: id, object: null }])
      const publish = () => Promise.resolve()
      const erasure = { id, until: at, publishedAt: at }
      return settle({ env, store, erasure, secret: 's', publish, now: Date.now() } as unknown as StepRun)
    })
    expect(ended.isDone).toBe(isDone)
  })
})
