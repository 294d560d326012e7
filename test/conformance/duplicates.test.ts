import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { admin, countsOf, fresh, post, track } from './wire.ts'

describe('WI9 one messageId counts once for a person', () => {
  test('over retries, one after another and at the same time', async () => {
    const anonymousId = fresh('device')
    const batch = { batch: [track(anonymousId, 'Once'), track(anonymousId, 'Once')] }
    expect((await post('/v1/batch', batch)).body).toMatchObject({ accepted: 2, duplicate: 0 })
    expect((await post('/v1/batch', batch)).body).toMatchObject({ accepted: 0, duplicate: 2 })
    const more = { batch: [...batch.batch, track(anonymousId, 'Once')] }
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('/v1/batch', more)))
    expect(answers.reduce((sum, { body }) => sum + body.accepted!, 0)).toBe(1)
    expect(await countsOf(anonymousId)).toEqual({ Once: 3 })
  })

  test('within one batch', async () => {
    const event = track(fresh('device'), 'Once')
    expect((await post('/v1/batch', { batch: [event, event, event] })).body).toMatchObject({
      accepted: 1,
      duplicate: 2,
    })
  })

  test('on a single route a copy is a success', async () => {
    const event = track(fresh('device'), 'Once')
    await post('/v1/track', event)
    expect(await post('/v1/t', event)).toMatchObject({ status: 200, body: { accepted: 0, duplicate: 1, rejected: [] } })
  })

  test('the same messageId of another visitor is another event', async () => {
    const [one, other] = [fresh('device'), fresh('device')]
    const event = track(one, 'Once')
    await post('/v1/track', event)
    expect((await post('/v1/track', { ...event, anonymousId: other })).body).toMatchObject({ accepted: 1 })
    expect([await countsOf(one), await countsOf(other)]).toEqual([{ Once: 1 }, { Once: 1 }])
  })

  test('over the devices of one person', async () => {
    const userId = fresh('user')
    const event = { ...track(fresh('device'), 'Once'), userId }
    await post('/v1/track', event)
    const copy = await post('/v1/track', { ...event, anonymousId: fresh('device') })
    expect(copy.body).toMatchObject({ accepted: 0, duplicate: 1 })
    const profile = await admin.profile({ type: 'user_id', value: userId })
    expect(profile?.events).toMatchObject({ Once: { count: 1 } })
  })

  test('ID scenario 17: in two profiles, then merged', async () => {
    const userId = fresh('user')
    const [a, b] = [fresh('device'), fresh('device')]
    const event = track(a, 'Once')
    await post('/v1/track', event)
    await post('/v1/track', { ...event, anonymousId: b })
    for (const anonymousId of [a, b]) await post('/v1/identify', { anonymousId, userId })
    await expect.poll(() => countsOf(a), { timeout: 10_000 }).toEqual({ Once: 1, identify: 2 })
    expect(await countsOf(b)).toEqual({ Once: 1, identify: 2 })
  })

  test('an event without a messageId is new each time', async () => {
    const anonymousId = fresh('device')
    for (let times = 0; times < 2; times++) await post('/v1/track', { anonymousId, event: 'Nameless' })
    expect(await countsOf(anonymousId)).toEqual({ Nameless: 2 })
  })
})

describe('WI7, WI9 across a kill -9 and a restart', () => {
  let folder: TempFolder
  let spartito: Spartito

  beforeAll(async () => {
    folder = await makeTempFolder('conformance-restart')
    spartito = await startSpartito({ folder: folder.path })
    await spartito.admin.publish(conformanceWorkspace)
  })
  afterAll(async () => {
    await spartito?.runtime.stop()
    await folder?.remove()
  })

  test('what was acknowledged is there, and a copy of it is still known', async () => {
    const anonymousId = fresh('device')
    const batch = { batch: Array.from({ length: 20 }, () => track(anonymousId, 'Kept')) }
    const to = { to: spartito.collector }
    expect((await post('/v1/batch', batch, to)).body).toMatchObject({ accepted: 20 })
    await spartito.runtime.kill()
    spartito = await startSpartito({ folder: folder.path, port: spartito.port })
    const profile = await spartito.admin.profile({ type: 'anonymous_id', value: anonymousId })
    expect(profile?.events).toMatchObject({ Kept: { count: 20 } })
    expect((await post('/v1/batch', batch, to)).body).toMatchObject({ accepted: 0, duplicate: 20 })
    expect((await post('/v1/track', track(anonymousId, 'Kept'), to)).body).toMatchObject({ accepted: 1 })
  })
})
