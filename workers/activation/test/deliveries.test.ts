import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parkedKey } from '../src/deliveries/park-delivery.ts'
import type { Answer } from './answers.ts'
import {
  alarmOf,
  asked,
  elapsed,
  exit,
  objectOf,
  publish,
  runOut,
  startClock,
  stopClock,
  take,
  untilNoted,
} from './setup.ts'

const [second, hour, day] = [1_000, 3_600_000, 86_400_000]

beforeEach(() => {
  startClock()
  // Of the backoff's upper half all: 2 s, 4 s, 8 s …
  vi.spyOn(Math, 'random').mockReturnValue(1 - 1e-12)
})
afterEach(() => {
  stopClock()
  vi.restoreAllMocks()
})

const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer)

describe('DE4 what an endpoint answers', () => {
  test('is heard: it is asked again exactly when it is due, and has each delivery once', async () => {
    const script: [answer: Answer, waits: number][] = [
      [{ status: 429, retryAfter: '7' }, 7],
      ...times(3, { status: 500 }).map((answer, n): [Answer, number] => [answer, 4 * 2 ** n]),
      [{ status: 503, retryAfter: 60 * second }, 60],
      [{ status: 429, retryAfter: 'in a while' }, 64],
      [{ status: 429, retryAfter: '-1' }, 128],
      [{ status: 429, retryAfter: '1e9' }, 256],
      [{ status: 429, retryAfter: '1000000000' }, 3_600],
      [{ how: 'hang' }, 1_024],
      [{ how: 'reset' }, 2_048],
      [{ status: 500, how: 'reset in the body' }, 3_600],
    ]
    await publish('scripted', [...script.map(([answer]) => answer), { status: 204 }])
    await take('scripted', exit('ADA', 1))
    const waits = script.map(([, seconds]) => seconds)
    const due = waits.map((_wait, n) => waits.slice(0, n + 1).reduce((sum, wait) => sum + wait, 0))
    expect((await runOut('scripted')).map((at) => at / second)).toEqual([0, ...due])
    const arrived = await asked('scripted')
    expect(new Set(arrived.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
    expect(await objectOf('scripted').summary()).toMatchObject({ delivered: 1, pending: 0, parked: 0 })
  })

  const ends: [what: string, answer: Answer, ends: object][] = [
    ['204 takes it', { status: 204 }, { delivered: 1, parked: 0 }],
    ['200 takes it, though its body breaks off', { how: 'reset in the body' }, { delivered: 1, parked: 0 }],
    ['410 is final', { status: 410 }, { delivered: 0, parked: 1 }],
    ['301 is final, and nobody goes where it leads', { status: 301, location: '/hook/elsewhere' }, { parked: 1 }],
    ['400 is final', { status: 400 }, { parked: 1 }],
  ]
  test.each(ends)('%s', async (what, answer, end) => {
    const id = `ends-${what.split(' ')[0]}${what.length}`
    await publish(id, [answer])
    await take(id, exit('ADA', 1))
    await runOut(id)
    expect(await asked(id)).toHaveLength(1)
    expect(await asked('elsewhere')).toHaveLength(0)
    expect(await objectOf(id).summary()).toMatchObject(end)
    const kept = await env.LAKE.get(parkedKey(id, 'ADA:buyers:1'))
    expect(kept !== null).toBe('parked' in end && end.parked === 1)
    const text = (await kept?.text()) ?? ''
    expect(text).not.toContain('shown to nobody')
  })

  test('500 for a day: it is parked with the reason, and what waited behind it too', async () => {
    await publish('dead', [{ status: 500 }])
    await take('dead', exit('ADA', 1), exit('ADA', 2))
    await runOut('dead')
    const { items } = await objectOf('dead').list('parked', '', 10)
    expect(items).toMatchObject([
      { id: 'ADA:buyers:1', state: 'parked', reason: 'the endpoint answered 500' },
      { id: 'ADA:buyers:2', state: 'parked', attempts: 1 },
    ])
    expect(elapsed()).toBeGreaterThanOrEqual(day)
    expect(elapsed()).toBeLessThan(day + 2 * hour)
  })

  test('a secret that is not set is waited for', async () => {
    await publish('secretless', [{}], {
      settings: { url: 'https://hooks.example/hook', secret: { env: 'NOT_SET' } },
    })
    await take('secretless', exit('ADA', 1))
    await untilNoted('secretless')
    const { items } = await objectOf('secretless').list('pending', '', 10)
    expect(items[0]?.reason).toContain('NOT_SET')
  })
})

describe('DE3 a dead destination holds up no other, and is left alone', () => {
  test('beside one that hangs, a healthy one has all before any clock moves', async () => {
    const profiles = Array.from({ length: 60 }, (_, n) => `P${n}`)
    await publish('hanging', [{ how: 'hang' }])
    await publish('healthy', [{}])
    await take('hanging', ...profiles.map((id) => exit(id, 1)))
    await take('healthy', ...profiles.map((id) => exit(id, 1)))
    await untilNoted('healthy')
    expect(await objectOf('healthy').summary()).toMatchObject({ delivered: 60, pending: 0 })
    expect(await objectOf('hanging').summary()).toMatchObject({ delivered: 0, pending: 60 })
    expect(elapsed()).toBe(0)
  })

  test('while its requests are under way, what waits for them sets no alarm for now', async () => {
    await publish('busy', [{ how: 'hang' }])
    await take('busy', ...Array.from({ length: 20 }, (_, n) => exit(`P${n}`, 1)))
    vi.setSystemTime(Date.now() + second)
    await runInDurableObject(objectOf('busy'), (object) => object.alarm())
    expect(await objectOf('busy').summary()).toMatchObject({ pending: 20, sending: 5 })
    expect(await alarmOf('busy')).toBe(Date.now() + second)
  })

  test('its breaker opens: of 40 that wait, one at a time is tried until it answers, then all', async () => {
    await publish('breaks', [{ status: 500 }])
    await take('breaks', ...Array.from({ length: 40 }, (_, n) => exit(`P${n}`, 1)))
    for (let minute = 0; minute < 60; minute++) {
      vi.setSystemTime(Date.now() + 60 * second)
      await runInDurableObject(objectOf('breaks'), (object) => object.alarm())
      await untilNoted('breaks')
    }
    // Without it, each would be tried 11 times.
    expect((await asked('breaks')).length).toBeLessThan(40 * 4)
    expect((await objectOf('breaks').summary()).breaker.opened).toBeGreaterThan(4)
    await publish('breaks', [{}])
    await runOut('breaks')
    expect(await objectOf('breaks').summary()).toMatchObject({ delivered: 40, pending: 0 })
  })

  test('a rate is kept: so many requests a second, by all objects together', async () => {
    await publish('slow', [{}], { maxPerSecond: 2 })
    await take('slow', ...Array.from({ length: 10 }, (_, n) => exit(`P${n}`, 1)))
    const at = await runOut('slow')
    // Of two objects each has half: one a second.
    expect(at).toHaveLength(10)
    expect(at.at(-1)).toBeGreaterThanOrEqual(9 * second)
  })
})

describe('DE2 each once, in the order of its profile', () => {
  test('whatever order they come in, and across batches', async () => {
    await publish('ordered', [{ status: 500 }, {}])
    await take('ordered', exit('ADA', 2, { audience: 'b' }))
    await untilNoted('ordered')
    await take('ordered', exit('ADA', 3, { audience: 'c' }), exit('ADA', 1, { audience: 'a' }))
    await runOut('ordered')
    const ids = (await asked('ordered')).map(({ id }) => id)
    expect(ids).toEqual(['ADA:b:2', 'ADA:a:1', 'ADA:b:2', 'ADA:c:3'])
  })

  test('an older change of an audience that comes after a newer one is not sent any more, and counted', async () => {
    await publish('superseded', [{}])
    await take('superseded', exit('ADA', 5))
    await untilNoted('superseded')
    await take('superseded', exit('ADA', 3, { type: 'audience.entered' }), exit('ADA', 4, { audience: 'others' }))
    await runOut('superseded')
    expect((await asked('superseded')).map(({ id }) => id)).toEqual(['ADA:buyers:5', 'ADA:others:4'])
    expect(await objectOf('superseded').summary()).toMatchObject({ delivered: 2, skipped: 1, superseded: 1 })
  })

  test('a copy is known, also by the next instance, for two weeks', async () => {
    await publish('copies', [{}])
    await take('copies', exit('ADA', 1), exit('ADA', 1))
    await runOut('copies')
    await abortAllDurableObjects()
    await take('copies', exit('ADA', 1))
    vi.setSystemTime(Date.now() + 13 * day)
    await take('copies', exit('ADA', 1))
    await runOut('copies')
    expect(await asked('copies')).toHaveLength(1)
  })

  test('and forgotten after them with the whole week that it is in', async () => {
    await publish('forgotten', [{}])
    await take('forgotten', exit('ADA', 1))
    await runOut('forgotten')
    vi.setSystemTime(Date.now() + 22 * day)
    await take('forgotten', exit('BEA', 1, { emittedAt: Date.now() }))
    await runOut('forgotten')
    expect((await objectOf('forgotten').list('delivered', '', 10)).items.map(({ id }) => id)).toEqual(['BEA:buyers:1'])
  })
})

describe('what an object keeps', () => {
  test('costs two rows a delivery; a message, a row and an alarm tell the lake of many', async () => {
    await publish('rows', [{}])
    await take('rows', exit('FIRST', 1))
    await runOut('rows')
    let [rows, alarms] = [0, 0]
    await runInDurableObject(objectOf('rows'), (_object, { storage }) => {
      const exec = storage.sql.exec.bind(storage.sql)
      const put = storage.kv.put.bind(storage.kv)
      const setAlarm = storage.setAlarm.bind(storage)
      Object.defineProperty(storage.sql, 'exec', {
        value: (...args: Parameters<typeof exec>) => {
          const cursor = exec(...args)
          rows += cursor.rowsWritten
          return cursor
        },
      })
      Object.defineProperty(storage.kv, 'put', {
        value: (...args: Parameters<typeof put>) => {
          rows++
          return put(...args)
        },
      })
      Object.defineProperty(storage, 'setAlarm', {
        value: (at: number) => {
          alarms++
          return setAlarm(at)
        },
      })
    })
    await take('rows', ...Array.from({ length: 50 }, (_, n) => exit(`P${n}`, 1)))
    await runOut('rows')
    expect({ rows, alarms }).toEqual({ rows: 2 * 50 + 1, alarms: 1 })
  })

  test('an object that was only asked stores nothing, and has no alarm', async () => {
    expect(await objectOf('nobody').summary()).toMatchObject({ pending: 0, delivered: 0 })
    expect((await objectOf('nobody').list('parked', '', 10)).items).toEqual([])
    const tables = await runInDurableObject(objectOf('nobody'), (_object, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray(),
    )
    expect(tables).toEqual([])
    expect(await alarmOf('nobody')).toBeNull()
  })

  test('what is parked is replayed by its id, by its time or all, once', async () => {
    await publish('again', [{ status: 410 }])
    await take('again', exit('ADA', 1), exit('BEA', 1), exit('CLEO', 1))
    await runOut('again')
    expect(await objectOf('again').summary()).toMatchObject({ parked: 3 })
    await publish('again', [{}])
    const page = { after: '', limit: 100 }
    expect(await objectOf('again').replay({ ...page, ids: ['ADA:buyers:1'] })).toMatchObject({ replayed: 1 })
    expect(await objectOf('again').replay({ ...page, from: Date.now() + day })).toMatchObject({ replayed: 0 })
    expect(await objectOf('again').replay({ after: '', limit: 1 })).toMatchObject({
      replayed: 1,
      next: 'c:BEA:buyers:1',
    })
    expect(await objectOf('again').replay(page)).toMatchObject({ replayed: 1, next: null })
    expect(await objectOf('again').replay(page)).toMatchObject({ replayed: 0 })
    await runOut('again')
    expect(await objectOf('again').summary()).toMatchObject({ parked: 0, delivered: 3, pending: 0 })
    expect(await asked('again')).toHaveLength(6)
  })
})

describe('RT what is parked', () => {
  test('goes when its time is over, with its body, and not before', async () => {
    const parked = async (): Promise<[listed: number, bodies: number]> => {
      const { items } = await objectOf('kept').list('parked', '', 10)
      const { objects } = await env.LAKE.list({ prefix: 'parked/deliveries/kept/' })
      return [items.length, objects.length]
    }
    await publish('kept', times(2, { status: 400 }))
    await take('kept', exit('ADA', 1))
    await runOut('kept')
    const published = JSON.parse((await env.CONFIG.get('workspace'))!) as { version: number; workspace: object }
    const workspace = { ...published.workspace, retention: { deliveries: 'P2D' } }
    await env.CONFIG.put('workspace', JSON.stringify({ version: published.version + 1_000, workspace }))
    vi.setSystemTime(Date.now() + day)
    expect(await parked()).toEqual([1, 1])
    await take('kept', exit('ADA', 2))
    // Its alarms go on until nothing is due: until the younger one has gone, too.
    await runOut('kept')
    expect(await parked()).toEqual([0, 0])
    expect(elapsed()).toBeGreaterThanOrEqual(3 * day)
    expect(elapsed()).toBeLessThan(3 * day + hour)
  })
})
