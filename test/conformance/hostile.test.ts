import { readFile } from 'node:fs/promises'
import { isObject } from '@spartito/protocol'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import * as addresses from './hostile/addresses.ts'
import * as bodies from './hostile/bodies.ts'
import * as fields from './hostile/fields.ts'
import * as headers from './hostile/headers.ts'
import { canary, event, type Hostile, type HostileAnswer, key, sendHostile } from './hostile/request.ts'
import { admin, collector, countsOf, fresh, post, track } from './wire.ts'

/** What strangers send, by what is bad about it, and what each gets. */
const groups: [group: string, table: Hostile[]][] = [
  ['methods', addresses.methods],
  ['paths', addresses.paths],
  ['write keys', addresses.keysShown],
  ['origins', headers.origins],
  ['content types', bodies.contentTypes],
  ['JSON', bodies.shapes],
  ['prototypes', fields.prototypes],
  ['what the server owns', fields.massAssignment],
  ['types', fields.types],
  ['times', fields.times],
  ['texts', fields.texts],
  ['depth', bodies.depths],
  ['sizes and gzip', bodies.sizes],
  ['headers and cookies', headers.headers],
  ['queries', headers.queries],
  ['tokens', headers.tokens],
  ['administration', headers.administration],
]

const codeOf = (text: string): string | null => {
  try {
    const body: unknown = JSON.parse(text)
    if (!isObject(body)) return null
    const [rejected] = (body.rejected ?? []) as { code: string }[]
    return (body.code as string | undefined) ?? rejected?.code ?? null
  } catch {
    // An image has its code in a header, and HEAD has no body.
    return null
  }
}

/** T6: an answer is for the origin that its source lists, and for no other with cookies. */
const expectOwnCors = ({ headers: answered }: HostileAnswer, origin: string, isListed: boolean): void => {
  expect(answered['access-control-allow-origin']).toBe(isListed ? origin : '*')
  expect(answered['access-control-allow-credentials']).toBe(isListed ? 'true' : undefined)
  expect(answered.vary).toMatch(/Origin/)
}

const bystander = fresh('bystander')
let sent = 0
/** Somebody who does nothing wrong is served as ever: stored, once, as sent. */
const expectGoodEvent = async (): Promise<void> => {
  const { status, body } = await post('/v1/track', track(bystander, 'Good', { properties: { price: 5 } }))
  expect({ status, accepted: body.accepted, rejected: body.rejected }).toEqual({
    status: 200,
    accepted: 1,
    rejected: [],
  })
  expect(await countsOf(bystander)).toEqual({ Good: ++sent })
}

const readLog = (): Promise<string> => readFile(inject('collectorLog'), 'utf8')
let logBefore = ''
beforeAll(async () => {
  logBefore = await readLog()
})

test('the table has 150 lines, and more', () => {
  expect(groups.reduce((sum, [, table]) => sum + table.length, 0)).toBeGreaterThanOrEqual(150)
})

describe.each(groups)('T6–T20 %s', (_group, table) => {
  test.each(table)('%s', async (what, request, status, code) => {
    const answer = await sendHostile(collector, request)
    expect({ status: answer.status, code: codeOf(answer.text), text: answer.text }).toEqual({
      status,
      code,
      text: answer.text,
    })
    if (table === headers.origins) expectOwnCors(answer, what, status === 200)
    if (answer.headers['set-cookie'] !== undefined) expect(String(answer.headers['set-cookie'])).not.toContain(canary)
    await expectGoodEvent()
  })
})

test("T7 another site's form with a visitor's cookie moves nothing of theirs", async () => {
  const victim = fresh('victim')
  const confirmed = await post('/v1/track', track(victim, 'Good'))
  const cookie = confirmed.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).toContain('spartito_web=')
  const forged = {
    cookie,
    origin: 'https://evil.example',
    'content-type': 'text/plain',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'no-cors',
  }
  const asNobody = await sendHostile(collector, { headers: { ...key, ...forged }, body: '{"event":"Forged"}' })
  expect([asNobody.status, codeOf(asNobody.text)]).toEqual([400, 'missing_identity'])
  const asAnother = await sendHostile(collector, { headers: { ...key, ...forged }, body: event({ event: 'Forged' }) })
  expect(asAnother.status).toBe(200)
  for (const { headers: answered } of [asNobody, asAnother]) {
    expect(answered['set-cookie']).toBeUndefined()
    expect(answered['access-control-allow-origin']).toBe('*')
    expect(answered['access-control-allow-credentials']).toBeUndefined()
  }
  expect(await countsOf(victim)).toEqual({ Good: 1 })
})

test('T12, T13 nothing of it has changed what others get', async () => {
  const anonymousId = fresh('after')
  await post('/v1/track', track(anonymousId, 'Plain'))
  const profile = await admin.profile({ type: 'anonymous_id', value: anonymousId })
  expect(JSON.stringify(profile)).not.toMatch(/polluted|isAdmin/)
  expect(profile?.recent[0]).toMatchObject({ source: 'web', event: 'Plain' })
  expect(profile?.recent[0]).not.toHaveProperty('verified')
})

test('T20 the log has a line of JSON for each entry, and no text of a stranger', async () => {
  const written = (await readLog()).slice(logBefore.length)
  expect(written).not.toContain(canary)
  for (const line of written.split('\n').filter((one) => one !== '')) {
    const [, entry] = /^\w+: (.*)$/.exec(line) ?? []
    expect(() => JSON.parse(entry ?? line), line).not.toThrow()
  }
})
