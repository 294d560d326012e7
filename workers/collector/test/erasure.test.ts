import { runInDurableObject } from 'cloudflare:test'
import { countersOf, newVisitor, reborn } from '@spartito/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { signReceipt } from '../src/erasure/receipt.ts'
import type { ErasureAsk, Receipt, SignedReceipt } from '../src/erasure/rpc.ts'
import { callIngest } from '../src/visitor/call-ingest.ts'
import { openVisitorStore } from '../src/visitor/visitor-store.ts'
import { ask, confirm, erasures, read, somebody, stepsDone } from './erasure-setup.ts'
import { administer, collect, fresh, post, profileOf, publish, stubOf, track, workspace, writeKey } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

describe('T28 who may have somebody erased', () => {
  test.each([
    ['the public key of a page', { authorization: `Bearer ${writeKey}` }, 401],
    ['nobody’s token', { authorization: 'Bearer made-up' }, 401],
    ['no token', { authorization: '' }, 401],
  ])('%s is refused', async (_who, headers, status) => {
    const { userId } = await somebody()
    expect((await ask({ identifier: { type: 'user_id', value: userId } }, headers)).status).toBe(status)
    expect(await profileOf('user_id', userId)).toBeDefined()
  })

  test.each([
    ['another user', { type: 'user_id', value: 'somebody-else' }],
    ['an address that they claim', { type: 'email', value: 'ada@shop.example' }],
    ['a device', { type: 'anonymous_id', value: 'a-device' }],
  ])('a person asks for themselves alone: not for %s', async (_whom, identifier) => {
    const it: ErasureAsk = {
      identifiers: [identifier],
      mode: 'erase',
      by: { kind: 'person', userId: 'ada' },
      delayMs: 0,
    }
    expect(await erasures().ask(it)).toMatchObject({ ok: false, code: 'unauthorized' })
  })

  test.each([
    ['no identifier', {}],
    ['a type that the workspace has not', { identifier: { type: 'ssn', value: '1' } }],
    ['another mode', { identifier: { type: 'user_id', value: 'ada' }, mode: 'hide' }],
    ['a delay of more than 30 days', { identifier: { type: 'user_id', value: 'ada' }, delayHours: 721 }],
    ['a delay into the past', { identifier: { type: 'user_id', value: 'ada' }, delayHours: -1 }],
  ])('%s is a 400 that says what to send', async (_fault, body) => {
    const response = await ask(body)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { message: string }).message).not.toBe('')
  })
})

describe('CO7 an erasure that waits', () => {
  test('can be undone, has touched nothing, and forgets whom it was about', async () => {
    const { userId, email } = await somebody()
    const response = await ask({ identifier: { type: 'email', value: email }, delayHours: 24 })
    expect(response.status).toBe(202)
    const { id, dueAt } = (await response.json()) as { id: string; dueAt: number }
    expect(dueAt).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    expect(await read(id)).toMatchObject({ state: 'waiting', receipt: null })
    const again = (await (await ask({ identifier: { type: 'email', value: email }, delayHours: 0 })).json()) as {
      id: string
    }
    expect(again.id).toBe(id)
    expect((await administer(`/admin/erasures/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await administer(`/admin/erasures/${id}`, { method: 'DELETE' })).status).toBe(409)
    expect(await read(id)).toMatchObject({ state: 'undone' })
    expect(await profileOf('user_id', userId)).toMatchObject({ traits: { plan: { value: 'pro' } } })
    const kept = await runInDurableObject(erasures(), (_object, { storage }) =>
      storage.sql.exec('SELECT erasure FROM sealed WHERE erasure = ?', id).toArray(),
    )
    expect(kept).toEqual([])
  })

  test('names nobody: neither where it lies, nor in the audit', async () => {
    const { email } = await somebody()
    await ask({ identifier: { type: 'email', value: email }, delayHours: 24 })
    const stored = await runInDurableObject(erasures(), (_object, { storage }) =>
      JSON.stringify(
        ['erasures', 'sealed', 'suppressions'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
      ),
    )
    expect(stored).not.toContain(email.split('@')[0])
    const audit = await (await administer('/admin/audit?limit=1')).text()
    expect(audit).toContain('"route":"/admin/erasures"')
    expect(audit).not.toContain(email.split('@')[0])
  })
})

describe('CO7 who is suppressed', () => {
  test('is refused whatever comes, by its code, until that is lifted; what was collected before stays refused', async () => {
    const { userId, device, email } = await somebody()
    const old = track({ anonymousId: device }, 'Product Viewed', { messageId: fresh('old') })
    await collect([old])
    const { id } = (await (await ask({ identifier: { type: 'user_id', value: userId }, mode: 'suppress' })).json()) as {
      id: string
    }
    await expect.poll(() => stepsDone(id)).toContain('find')
    for (const [type, value] of [
      ['user_id', userId],
      ['anonymous_id', device],
    ] as const)
      await confirm(type, value)
    await expect.poll(() => stepsDone(id), { timeout: 15_000 }).toContain('deliveries')
    expect(await profileOf('user_id', userId)).toBeUndefined()
    expect(await profileOf('email', email)).toBeUndefined()
    const refused = await collect([track({ anonymousId: device }), track({ userId })])
    expect(refused).toMatchObject({ accepted: 0, rejected: [{ code: 'suppressed' }, { code: 'suppressed' }] })
    const path = `/admin/suppressions?type=user_id&value=${userId}`
    const { suppressions } = (await (await administer(path)).json()) as {
      suppressions: { hash: string; mode: string }[]
    }
    expect(suppressions).toMatchObject([{ mode: 'suppress', erasureId: id }])
    const lift = () => administer(`/admin/suppressions/${suppressions[0]!.hash}`, { method: 'DELETE' })
    expect((await lift()).status).toBe(200)
    expect((await lift()).status).toBe(404)
    expect(await collect([old])).toMatchObject({ accepted: 0, rejected: [{ code: 'erased' }] })
    expect(await collect([track({ anonymousId: device })])).toMatchObject({ accepted: 1 })
    expect(await profileOf('anonymous_id', device)).toMatchObject({ events: { 'Product Viewed': { count: 1 } } })
  })
})

test('CO7 while it is erased, a request is to come again: 503, and nothing of it is lost', async () => {
  const { userId } = await somebody()
  const stub = stubOf('user_id', userId)
  await stub.withhold({ type: 'user_id', value: userId, class: 'person' }, 'an erasure', Date.now())
  const event = track({ userId })
  expect((await post([event])).status).toBe(503)
  await stub.resume('an erasure')
  expect(await collect([event])).toMatchObject({ accepted: 1 })
})

test('CO7 what an object had begun to take before it was emptied comes again, and is refused then', async () => {
  const { userId } = await somebody()
  const self = { type: 'user_id', value: userId, class: 'person' } as const
  const at = Date.now()
  const old = {
    messageId: fresh('old'),
    type: 'track',
    event: 'Seen',
    source: 'web',
    userId,
    timestamp: at - 1,
    receivedAt: at - 1,
  }
  const request = {
    address: self,
    events: [JSON.stringify(old)],
    receivedAt: at - 1,
    policy: 'opt-out' as const,
    verified: true,
    anonymousId: undefined,
    hops: 0,
  }
  const stub = stubOf('user_id', userId)
  await runInDurableObject(stub, async (visitor) => {
    // It has looked for a tombstone, and waits for the workspace.
    const taking = expect(callIngest(visitor, request)).rejects.toThrow('being erased')
    const { counters, collected } = await visitor.withhold(self, 'E', at)
    await visitor.bury({ erasureId: 'E', mode: 'erase', at, counters, counts: {}, collected })
    await taking
  })
  expect(await profileOf('user_id', userId)).toBeUndefined()
  expect(await callIngest(stub, request)).toMatchObject({ accepted: 0, gone: [{ code: 'erased', places: [0] }] })
})

test('CO7 what was decided before an object was emptied is not stored in it', async () => {
  const self = { type: 'user_id', value: fresh('user'), class: 'person' } as const
  await runInDurableObject(stubOf('user_id', self.value), (_visitor, { storage }) => {
    const store = openVisitorStore(storage)
    const before = newVisitor(self, 'P')
    store.commit({ state: before })
    const tombstone = { erasureId: 'E', mode: 'erase', at: 1, counters: countersOf(before), counts: {} } as const
    void storage.deleteAll()
    store.bury(tombstone, '')
    expect(() => store.commit({ state: { ...before, seq: 1 } })).toThrow('before the erasure')
    expect(openVisitorStore(storage).state).toBeUndefined()
    store.commit({ state: reborn(self, 'P', tombstone) })
    expect(openVisitorStore(storage).state).toMatchObject({ erasedAt: 1 })
  })
})

test('CO7 a receipt is signed by a key that is the same for each, and anybody can check it', async () => {
  const receipt = { id: 'E', stores: {} } as unknown as Receipt
  const isTrue = async ({ payload, publicKey, signature }: SignedReceipt): Promise<boolean> => {
    const key = await crypto.subtle.importKey('jwk', publicKey, 'Ed25519', false, ['verify'])
    return crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64url'), new TextEncoder().encode(payload))
  }
  const secret = 'a secret of thirty-two bytes or more'
  const signed = await signReceipt(receipt, secret)
  expect(await isTrue(signed)).toBe(true)
  expect(await isTrue({ ...signed, payload: signed.payload.replace('E', 'F') })).toBe(false)
  expect((await signReceipt(receipt, secret)).publicKey).toEqual(signed.publicKey)
  expect((await signReceipt(receipt, `${secret}!`)).publicKey).not.toEqual(signed.publicKey)
})
