import { ulid } from 'ulid'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pass } from './testing/pass.ts'
import { createPhone, namesOf } from './testing/phone.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const day = 86_400_000

describe('QU1 offline, over starts of the app', () => {
  test('two days without a network and three starts: each event is stored once, of one visitor', async () => {
    const phone = createPhone()
    phone.isOnline = false
    for (const start of [1, 2, 3]) {
      const client = phone.start()
      for (let n = 0; n < 5; n++) client.track(`Start ${start}`, { n })
      await pass(day * 0.6)
    }
    expect(phone.stored).toEqual([])
    phone.connect(true, 'cellular')
    await pass(10_000)
    expect(namesOf(phone).sort()).toEqual([1, 2, 3].flatMap((start) => Array(5).fill(`Start ${start}`)))
    expect(new Set(phone.stored.map(({ messageId }) => messageId)).size).toBe(15)
    expect(new Set(phone.stored.map(({ anonymousId }) => anonymousId)).size).toBe(1)
    const client = phone.start()
    client.track('Later')
    await pass(10_000)
    expect(namesOf(phone)).toHaveLength(16)
    expect(phone.stored.at(-1)!.anonymousId).toBe(phone.stored[0]!.anonymousId)
  })

  test('a queue that the first format of this package has left is sent by this one', async () => {
    const phone = createPhone()
    // as written by version 0.1.0: a row for each event by its messageId, the state, and the store's mark
    const id = ulid(Date.now() - 60_000)
    const kept = {
      'spartito:wk_app:~': '',
      'spartito:wk_app:state': JSON.stringify({
        version: 3,
        anonymousId: '01K0000000000000000000000A',
        sessionId: '01K0000000000000000000000S',
        lastSeen: Date.now() - 60_000,
      }),
      [`spartito:wk_app:${id}`]: `{"messageId":"${id}","type":"track","event":"Left Behind","originalTimestamp":1790000000000,"context":{"library":{"name":"@spartito/react-native","version":"0.1.0"},"sessionId":"01K0000000000000000000000S","consent":{"categoryPreferences":{}}},"anonymousId":"01K0000000000000000000000A"}`,
    }
    for (const [key, value] of Object.entries(kept)) phone.kept.set(key, value)
    phone.start().track('Now')
    await pass(10_000)
    expect(namesOf(phone).sort()).toEqual(['Left Behind', 'Now'])
    expect(phone.stored.map(({ anonymousId }) => anonymousId)).toEqual(Array(2).fill('01K0000000000000000000000A'))
    expect([...phone.kept.keys()].sort()).toEqual(['spartito:wk_app:state', 'spartito:wk_app:~'])
  })

  test('a row that the phone has written half costs no other event, and is counted', async () => {
    const phone = createPhone()
    phone.isOnline = false
    phone.start().track('Whole')
    await pass(2_000)
    const [key, text] = [...phone.kept].find(([, value]) => value.includes('Whole'))!
    phone.kept.set(key.replace(/.$/, '!'), text.slice(0, 40))
    phone.isOnline = true
    phone.start().track('Later')
    await pass(10_000)
    expect(namesOf(phone).sort()).toEqual(['Later', 'Whole'])
    expect(phone.dropped).toEqual({ unreadable: 1 })
    expect([...phone.kept.keys()].sort()).toEqual(['spartito:wk_app:state', 'spartito:wk_app:~'])
  })
})

describe('QU3 the bounds of the queue', () => {
  test('what has waited for more than seven days goes, and is counted', async () => {
    const phone = createPhone()
    phone.isOnline = false
    phone.start().track('Eight Days Ago')
    await pass(day)
    phone.start().track('A Week Ago')
    await pass(6.5 * day)
    phone.isOnline = true
    phone.start().track('Today')
    await pass(10_000)
    expect(namesOf(phone).sort()).toEqual(['A Week Ago', 'Today'])
    expect(phone.dropped).toEqual({ overflow: 1 })
  })

  test('past two megabytes the oldest go, all are counted, and the rest crosses from the storage once', async () => {
    const phone = createPhone()
    phone.isOnline = false
    const before = phone.start()
    await pass(2_000)
    const padding = 'x'.repeat(1_500)
    for (let n = 0; n < 1_500; n++) before.track('Step', { n, padding })
    await pass(2_000)
    phone.isOnline = true
    phone.reads = 0
    phone.start()
    for (let n = 0; n < 30 && phone.kept.size > 2; n++) await pass(10_000)
    const numbers = phone.stored.map(({ properties }) => Number(properties!.n))
    const oldest = 1_500 - numbers.length
    expect(numbers).toEqual(Array.from(numbers, (_, index) => oldest + index))
    expect(phone.dropped).toEqual({ overflow: oldest })
    const bytes = phone.stored.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0)
    expect(bytes).toBeLessThanOrEqual(2_000_000)
    expect(bytes).toBeGreaterThan(1_990_000)
    expect(phone.requests).toBeGreaterThan(50)
    expect(phone.reads).toBe(1)
  })
})

describe('the system wakes the app to send', () => {
  test('flush right after the start sends what earlier starts have left, with the consent that they were given', async () => {
    const phone = createPhone()
    phone.isOnline = false
    const first = phone.start({ policy: 'opt-in' })
    first.consent({ analytics: true })
    first.track('Left')
    await pass(5_000)
    phone.isOnline = true
    const woken = phone.start({ policy: 'opt-in' })
    let sent: string[] = []
    void woken.flush().then(() => {
      sent = namesOf(phone)
    })
    await pass(5_000)
    expect(sent).toContain('Left')
  })

  test('flush right after the first choice sends what waited for it', async () => {
    const phone = createPhone()
    const client = phone.start({ policy: 'opt-in' })
    client.track('Held')
    client.consent({ analytics: true })
    let sent: string[] = []
    void client.flush().then(() => {
      sent = namesOf(phone)
    })
    await pass(5_000)
    expect(sent).toEqual(['Held', 'Segment Consent Preference Updated'])
  })

  test('flush ends where nothing is kept, and nobody has decided', async () => {
    const phone = createPhone()
    let isDone = false
    void phone
      .start({ policy: 'opt-in' })
      .flush()
      .then(() => {
        isDone = true
      })
    await pass(5_000)
    expect([isDone, phone.requests, phone.kept.size]).toEqual([true, 0, 0])
  })
})
