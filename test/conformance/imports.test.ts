import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { countsOf, fresh, post, profileOf, track } from './wire.ts'

const yearAgo = (): string => new Date(Date.now() - 365 * 86_400_000).toISOString()
const asServer = { headers: { authorization: basic(keys.server) } }
const ordered = (anonymousId: string) => ({ batch: [track(anonymousId, 'Order Completed', { timestamp: yearAgo() })] })

describe('AU4 an import', () => {
  test.each(['/v1/import', '/import'])('%s refuses the public key of a page, and says what to use', async (path) => {
    const anonymousId = fresh('device')
    const { status, body } = await post(path, ordered(anonymousId))
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'unauthorized' })
    expect(body.message).toContain('kind server')
    expect(await countsOf(anonymousId)).toEqual({})
  })

  test('of a server counts what happened a year ago as if it had come in time', async () => {
    const anonymousId = fresh('device')
    await post('/v1/import', ordered(anonymousId), asServer)
    const profile = await profileOf(anonymousId)
    expect(profile?.recent[0]).toMatchObject({ imported: true })
    expect(profile?.events['Order Completed']).not.toHaveProperty('late')
  })

  test('the same to the batch route came too late', async () => {
    const anonymousId = fresh('device')
    await post('/v1/batch', ordered(anonymousId), asServer)
    expect((await profileOf(anonymousId))?.events['Order Completed']).toMatchObject({ count: 1, late: 1 })
  })

  test.each([keys.browser, keys.server])('WI10 with %s a client cannot say it of its own event', async (key) => {
    const anonymousId = fresh('device')
    const [event] = ordered(anonymousId).batch
    const body = { batch: [{ ...event, imported: true }], imported: true }
    await post('/v1/batch', body, { headers: { authorization: basic(key) } })
    const profile = await profileOf(anonymousId)
    expect(profile?.recent[0]).not.toHaveProperty('imported')
    expect(profile?.events['Order Completed']).toMatchObject({ late: 1 })
  })
})
