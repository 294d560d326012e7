import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { receiptLines } from './receipt-text.ts'
import { verifyReceipt } from './verify-receipt.ts'

const receipt = {
  id: 'e1',
  mode: 'erase',
  askedAt: 0,
  doneAt: 60_000,
  stores: { empty: { objects: 21 }, lake: {} },
  destinations: [{ destination: 'crm', deletion: 'asked' }],
  kept: [
    { what: 'history', forMs: 30 * 86_400_000 },
    { what: 'hashes', forMs: -1 },
  ],
}

/** Signed by Node's own Ed25519, not by what verifies it. */
const signed = (said: object = receipt) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const payload = JSON.stringify(said)
  const { x } = publicKey.export({ format: 'jwk' })
  const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url')
  return { payload, alg: 'Ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x: x! }, signature }
}

describe('CO7 a receipt is verified without asking anybody', () => {
  test('as it came, alone or with its erasure, and by the key of the deployment', async () => {
    const one = signed()
    const { x } = one.publicKey
    expect(await verifyReceipt(JSON.stringify(one))).toEqual({
      ok: true,
      value: { receipt, key: x, isExpectedKey: undefined },
    })
    expect(await verifyReceipt(JSON.stringify({ id: 'e1', receipt: one }), x)).toMatchObject({
      ok: true,
      value: { isExpectedKey: true },
    })
  })

  type Signed = ReturnType<typeof signed>
  // biome-ignore format: a row a rule
  const refused: [what: string, change: (one: Signed) => object | string, says: string][] = [
    ['a count that was changed', (one) => ({ ...one, payload: one.payload.replace('21', '22') }), 'something of the receipt was changed'],
    ['another key', (one) => ({ ...one, publicKey: signed().publicKey }), 'something of the receipt was changed'],
    ['a signature that is none', (one) => ({ ...one, signature: '§' }), 'something of the receipt was changed'],
    ['another way of signing', (one) => ({ ...one, alg: 'none' }), 'has to be Ed25519'],
    ['no receipt', () => ({ state: 'waiting', receipt: null }), 'this is no receipt'],
    ['no JSON', () => 'PDF', 'this is no receipt'],
  ]
  test.each(refused)('%s is refused, in words', async (_what, change, says) => {
    const changed = change(signed())
    const verified = await verifyReceipt(typeof changed === 'string' ? changed : JSON.stringify(changed))
    expect(verified).toEqual({ ok: false, error: expect.stringContaining(says) })
  })

  test('one of another deployment is refused by the key that was named', async () => {
    const verified = await verifyReceipt(JSON.stringify(signed()), signed().publicKey.x)
    expect(verified).toEqual({ ok: false, error: expect.stringContaining('another deployment') })
  })
})

test('a receipt reads as lines', () => {
  expect(receiptLines(receipt)).toEqual([
    'erasure e1 (erase), asked 1970-01-01T00:00:00Z, done 1970-01-01T00:01:00Z',
    '  empty: 21 objects',
    '  lake: nothing was there',
    '  destination crm: asked',
    'what is still kept:',
    '  history: 30 days',
    '  hashes: without end',
  ])
})
