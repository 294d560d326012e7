import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from '@spartito/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'

const clients = 6
const kills = 2
/** Batches that are answered before each kill, and after the last. */
const between = 20
/** Of each batch. */
const good = 3
const size = good + 2

let folder: TempFolder
let spartito: Spartito
const options = () => ({ folder: folder.path, eventsBatchSeconds: 1 })

beforeAll(async () => {
  folder = await makeTempFolder('accounting')
  spartito = await startSpartito(options())
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  })
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await folder?.remove()
})

/** What clients were told, and how often they were told nothing. */
interface Heard {
  stored: number
  duplicate: number
  rejected: number
  /** requests that ended without an answer, or with 503: they may have done all of their work, or none */
  unanswered: number
}

/** Sends batches of good events, one that is bad and a copy of an earlier one; a batch without an answer is sent again, as it is. */
const runClient = async (name: string, heard: Heard, goesOn: () => boolean): Promise<void> => {
  let made = 0
  const event = (n: number) => ({ type: 'page', messageId: `${name}-${n}`, anonymousId: `${name}-${n % 4}` })
  const send = async (body: string): Promise<Answer | undefined> => {
    try {
      const response = await fetch(`${spartito.collector}/v1/batch`, {
        method: 'POST',
        headers: { authorization: basic(keys.browser) },
        body,
        signal: AbortSignal.timeout(10_000),
      })
      if (response.status === 200) return (await response.json()) as Answer
      await response.body?.cancel()
    } catch {
      // Killed on the way.
    }
    return undefined
  }
  while (goesOn()) {
    const events = Array.from({ length: good }, () => event(++made))
    // The first of a batch is of the batch before from the second batch on; one of the very first is new.
    const copy = event(Math.max(1, made - good))
    const body = JSON.stringify({ batch: [...events, copy, { type: 'track', messageId: 'bad', anonymousId: name }] })
    let answer = await send(body)
    for (; !answer; answer = await send(body)) {
      heard.unanswered++
      await wait(100)
    }
    heard.stored += good
    heard.duplicate += answer.duplicate
    heard.rejected += answer.rejected.length
    expect(answer.accepted + answer.duplicate + answer.rejected.length).toBe(size)
  }
}

test('WI6 what became of events is counted exactly, over two kill -9 under load', async () => {
  const heard: Heard = { stored: 0, duplicate: 0, rejected: 0, unanswered: 0 }
  let goesOn = true
  const running = Array.from({ length: clients }, (_, n) => runClient(`c${n}`, heard, () => goesOn))
  const untilStored = (batches: number): Promise<void> =>
    expect.poll(() => heard.stored, { timeout: 30_000, interval: 20 }).toBeGreaterThan(batches * good)
  for (let kill = 1; kill <= kills; kill++) {
    await untilStored(kill * between)
    await spartito.runtime.kill()
    spartito = await startSpartito({ ...options(), port: spartito.port })
  }
  await untilStored((kills + 1) * between)
  goesOn = false
  await Promise.all(running)
  expect(heard.unanswered).toBeGreaterThan(0)

  const sums = async () => {
    const { sources } = await spartito.admin.stats()
    const sum = { received: 0, accepted: 0, duplicate: 0, rejected: 0 }
    for (const one of sources) {
      sum.received += one.received
      sum.accepted += one.accepted
      sum.duplicate += one.duplicate
      sum.rejected += one.rejected.missing_event_name ?? 0
    }
    return sum
  }
  // Each event that a client knows to be stored is counted as accepted, once, when the lake has it.
  await expect.poll(async () => (await sums()).accepted, { timeout: 40_000, interval: 500 }).toBe(heard.stored)
  // And not once more by what was sent again.
  await wait(2_000)
  const { received, accepted, duplicate, rejected } = await sums()
  expect(accepted).toBe(heard.stored)
  expect(received).toBe(accepted + duplicate + rejected)
  // What was answered is counted; of a request without an answer, what it had come to.
  expect(rejected).toBeGreaterThanOrEqual(heard.rejected)
  expect(rejected).toBeLessThanOrEqual(heard.rejected + heard.unanswered)
  expect(duplicate).toBeGreaterThanOrEqual(heard.duplicate)
  expect(duplicate).toBeLessThanOrEqual(heard.duplicate + heard.unanswered * (good + 1))
}, 150_000)
