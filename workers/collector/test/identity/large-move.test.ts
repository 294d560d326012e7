import type { Claimant } from '@spartito/engine'
import { expect, test } from 'vitest'
import { callIngest } from '../../src/visitor/call-ingest.ts'
import { fresh, profileOf, publish, stubOf } from '../setup.ts'
import { identityWorkspace } from './scenario.ts'

const eventsMoved = 10_000
const eventsARequest = 500
const hitsAtOnce = 10

/** Events of a device, one request; the user is named once it has signed in. */
const send = async (a: string, count: number, user?: string): Promise<void> => {
  const address: Claimant = user
    ? { type: 'user_id', value: user, class: 'person' }
    : { type: 'anonymous_id', value: a, class: 'device' }
  const receivedAt = Date.now()
  const events = Array.from({ length: count }, () =>
    JSON.stringify({
      messageId: fresh('m'),
      ...(user ? { type: 'identify', userId: user } : { type: 'track', event: 'Product Viewed' }),
      anonymousId: a,
      source: 'web',
      timestamp: receivedAt,
      receivedAt,
    }),
  )
  const at = stubOf(address.type, address.value)
  await callIngest(at, { address, events, receivedAt, policy: 'opt-out', verified: false, anonymousId: a, hops: 0 })
}

const eventsOf = async (type: string, value: string): Promise<number> =>
  Object.values((await profileOf(type, value))?.events ?? {}).reduce((sum, { count }) => sum + count, 0)

test('ID12 a profile of 10,000 events moves in pages, and hits are taken while it does', {
  timeout: 60_000,
}, async () => {
  await publish(identityWorkspace)
  const [a, A] = [fresh('device'), fresh('user')]
  for (let sent = 0; sent < eventsMoved; sent += eventsARequest) await send(a, eventsARequest)
  // A has been before, on a device of their own: what `a` holds is what moves.
  await send(fresh('device'), 1, A)

  let hasMoved = false
  const move = send(a, 1, A).then(async () => {
    await expect.poll(() => eventsOf('user_id', A), { timeout: 30_000 }).toBeGreaterThan(eventsMoved)
    hasMoved = true
  })
  let hits = 0
  let hitsMeanwhile = 0
  while (!hasMoved) {
    await Promise.all(Array.from({ length: hitsAtOnce }, () => send(a, 1)))
    hits += hitsAtOnce
    if (!hasMoved) hitsMeanwhile += hitsAtOnce
  }
  await move

  expect(hitsMeanwhile).toBeGreaterThanOrEqual(hitsAtOnce)
  await expect.poll(() => eventsOf('user_id', A), { timeout: 10_000 }).toBe(eventsMoved + hits + 2)
  expect((await profileOf('anonymous_id', a))!.host.value).toBe(A)
})
