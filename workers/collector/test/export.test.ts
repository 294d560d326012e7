import type { ExportDocument } from '@spartito/privacy'
import { beforeAll, describe, expect, test } from 'vitest'
import { administer, collect, fresh, identify, publish, serverKey, track, workspace, writeKey } from './setup.ts'

const plan = { events: { 'Order Completed': { properties: {} } }, onUnknown: 'quarantine' }

beforeAll(async () => {
  await publish(workspace({ retention: { events: 'P365D' } }))
})

const exportOf = async (type: string, value: string): Promise<ExportDocument> => {
  const response = await administer(`/admin/export?type=${type}&value=${encodeURIComponent(value)}`)
  expect(response.status).toBe(200)
  return response.json()
}

/** Somebody who came as a device, and then signed in, by a server's word. */
const person = async () => {
  const [device, user] = [fresh('a'), fresh('u')]
  const consent = { context: { consent: { categoryPreferences: { analytics: true } } } }
  await collect([track({ anonymousId: device }, 'Product Viewed', consent)])
  await collect(
    [identify({ anonymousId: device, userId: user }, { email: `${user}@example.com`, plan: 'pro' })],
    serverKey,
  )
  await collect([track({ userId: user }, 'Order Completed', { properties: { revenue: 5 } })], serverKey)
  return { device, user }
}

describe('CO8 an administrator exports a person', () => {
  test('by any identifier the same: traits, identifiers, consents, audiences with why, and every event', async () => {
    const { device, user } = await person()
    const all = await Promise.all([
      exportOf('user_id', user),
      exportOf('anonymous_id', device),
      exportOf('email', `${user}@EXAMPLE.com `),
    ])
    for (const found of all) {
      expect(found).toMatchObject({ format: 'spartito.export/1', isComplete: true })
      expect(found.person.identifiers.map(({ type, value }) => [type, value])).toEqual(
        expect.arrayContaining([
          ['anonymous_id', device],
          ['email', `${user}@example.com`],
        ]),
      )
      expect(found.person.traits).toContainEqual(
        expect.objectContaining({ name: 'plan', value: 'pro', source: 'till', isCurrent: true }),
      )
      expect(found.person.consents).toMatchObject([{ purpose: 'analytics', state: 'granted', source: 'web' }])
      expect(found.person.audiences.map(({ audience, isMember }) => [audience, isMember])).toEqual([
        ['hidden', true],
        ['pro', true],
      ])
      expect((found.events as { type: string }[]).map(({ type }) => type).sort()).toEqual([
        'identify',
        'track',
        'track',
      ])
      expect(found.lake.queries.events).toContain(`'${found.person.profileId}'`)
      expect(found.retention.events).toEqual({ ms: 365 * 86_400_000, bySource: {} })
    }
  })

  test('as a page, in which whatever a visitor has said is text', async () => {
    const { user } = await person()
    await collect([identify({ userId: user }, { name: '<script>alert(1)</script>\u202e' })], serverKey)
    const response = await administer(`/admin/export?type=user_id&value=${user}&format=html`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\u202e')
    expect(text).not.toMatch(/<script|\u202e/)
    expect(text).toContain('Order Completed')
  })

  test('with what waits in the quarantine of theirs, and of nobody else', async () => {
    const { device, user } = await person()
    await publish(workspace({ plan: { ...plan } as never }))
    const [mine, others] = [fresh('u'), fresh('u')]
    await collect([track({ userId: user }, 'Unheard'), track({ userId: others }, 'Unheard')], serverKey)
    await collect([track({ anonymousId: device, userId: mine }, 'Unheard')], serverKey)
    const { waiting } = await exportOf('user_id', user)
    expect(waiting).toMatchObject([
      { source: 'till', code: 'unknown_event', event: { userId: user, event: 'Unheard' } },
    ])
  })

  // biome-ignore format: a row a rule
  const refused: [rule: string, query: string, status: number, says: string][] = [
    ['nobody', 'type=user_id&value=nobody-at-all', 404, 'no profile has this user_id'],
    ['a type that there is not', 'type=shoe&value=x', 400, 'type must be an identifier of the workspace: '],
    ['no value', 'type=user_id', 400, 'value is missing'],
    ['another form', 'type=user_id&value=x&format=pdf', 400, 'format must be one of json, html'],
  ]
  test.each(refused)('%s is refused, with what to do', async (_rule, query, status, says) => {
    const response = await administer(`/admin/export?${query}`)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(says)
  })

  test.each([
    ['no token', {}],
    ['a public key', { authorization: `Basic ${btoa(`${writeKey}:`)}` }],
    ['a secret key', { authorization: `Basic ${btoa(`${serverKey}:`)}` }],
  ])('T18 %s exports nobody', async (_who, headers) => {
    const response = await administer('/admin/export?type=user_id&value=x', {
      headers: { authorization: '', ...headers },
    })
    expect(response.status).toBe(401)
  })
})
