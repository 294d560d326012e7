import { beforeAll, describe, expect, test } from 'vitest'
import { arrive, graphOf, ofDevice, ofUser } from './arrive.ts'
import { administer, collect, fresh, identify, profileOf, publish, serverKey, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

const releasing = (type: string, value: string) =>
  administer('/admin/identity/release', { method: 'POST', body: JSON.stringify({ type, value }) })

describe('ID3 the breaker', () => {
  test('11 eleven users with one address in a day: eleven profiles, and the address is nobody until it is released', async () => {
    const users = Array.from({ length: 11 }, () => fresh('U'))
    const email = `${users[0]!.toLowerCase()}@test.example`
    for (const userId of users) await collect([identify({ userId }, { email })], serverKey)
    for (const user of users) expect((await profileOf('user_id', user))!.host.value).toBe(user)
    expect((await profileOf('user_id', users[9]!))!.refusals).toMatchObject([{ code: 'owned_by_another' }])
    expect((await profileOf('user_id', users[10]!))!.refusals).toMatchObject([{ code: 'shown_with_too_many' }])
    expect((await graphOf('email', email)).asked).toMatchObject({ blockedAt: expect.any(Number), role: 'host' })
    // What the address alone brings is the address's own.
    await collect([identify({}, { email })], serverKey)
    expect((await profileOf('email', email))!.host).toEqual({ type: 'email', value: email })
    expect(await (await releasing('email', email)).json()).toEqual({ released: true })
    expect(await (await releasing('email', email)).json()).toEqual({ released: false })
    const late = fresh('U')
    await collect([identify({ userId: late }, { email })], serverKey)
    expect((await profileOf('email', email))!.host.value).toBe(late)
  })

  test('a device that eleven sign in on is its own from then on, and what each did stays theirs', async () => {
    const a = fresh('a')
    const users = Array.from({ length: 11 }, () => fresh('U'))
    for (const user of users) await arrive(1, 'identify', { a, user })
    await arrive(0.99, 'page', { a })
    expect(await ofDevice(a)).toEqual({ page: 1 })
    expect(await ofUser(users[9]!)).toEqual({ identify: 1 })
    const { asked } = await graphOf('anonymous_id', a)
    expect(asked).toMatchObject({ isContested: true, blockedAt: expect.any(Number) })
    expect(asked.owners.every(({ until }) => until !== null)).toBe(true)
  })

  test('AD a release names an identifier, and one that nobody knows was not blocked', async () => {
    expect((await releasing('email', 'nobody@test.example')).status).toBe(200)
    expect((await administer('/admin/identity/release', { method: 'POST', body: '{}' })).status).toBe(400)
    expect((await releasing('shoe_size', '42')).status).toBe(404)
  })
})
