import { runInDurableObject } from 'cloudflare:test'
import { callIngest } from '../src/visitor/call-ingest.ts'
import { outboxKey } from '../src/visitor/outbox.ts'
import type { IngestReply, IngestRequest } from '../src/visitor/requests.ts'
import { blocksIn, fresh, identify, stubOf, track, waitingIn, wake } from './setup.ts'

export const dayMs = 86_400_000
export const audiences = [
  { id: 'viewed', when: { event: 'Product Viewed' } },
  { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
] as const
export const is = (device: string) => stubOf('anonymous_id', device)

/** Hands events to a device's object as they were received so many days ago. */
export const receive = (device: string, daysAgo: number, bodies: object[]): Promise<IngestReply> => {
  const receivedAt = Date.now() - daysAgo * dayMs
  const request: IngestRequest = {
    address: { type: 'anonymous_id', value: device, class: 'device' },
    events: bodies.map((body) =>
      JSON.stringify({ ...body, anonymousId: device, source: 'web', timestamp: receivedAt, receivedAt }),
    ),
    receivedAt,
    policy: 'opt-out',
    verified: false,
    anonymousId: device,
    hops: 0,
  }
  return callIngest(is(device), request)
}
export const visit = (device: string) => [
  track({ anonymousId: device }),
  identify({ anonymousId: device }, { plan: 'pro', city: 'Bergamo' }),
]

/** A device that was idle for so long, and whose alarm has fired since. */
export const idleFor = async (daysAgo: number): Promise<string> => {
  const device = fresh('a')
  await receive(device, daysAgo, visit(device))
  await wake('anonymous_id', device)
  return device
}

/** Everything that an object has stored, as text. */
export const dumpOf = (device: string): Promise<string> =>
  runInDurableObject(is(device), (_visitor, { storage: { sql, kv } }) => {
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray()
    const ours = tables.filter(({ name }) => !name.startsWith('_cf') && !name.startsWith('sqlite'))
    return JSON.stringify([...kv.list(), ...ours.map(({ name }) => sql.exec(`SELECT * FROM ${name}`).toArray())])
  })
export const blocksOf = (device: string): Promise<unknown[]> =>
  runInDurableObject(is(device), (_visitor, { storage }) => blocksIn(storage).map(({ lines }) => ({ lines })))
export const alarmOf = (device: string): Promise<number | null> =>
  runInDurableObject(is(device), (_visitor, { storage }) => storage.getAlarm())
export const noticesOf = (device: string): Promise<string[]> =>
  runInDurableObject(is(device), (_visitor, { storage }) =>
    waitingIn(storage).flatMap(({ entry }) =>
      'seq' in entry || entry.type === 'profile.consented' ? [] : [`${entry.type} ${entry.order} by ${entry.cause}`],
    ),
  )
/** The consumer of changes has all that waits. */
export const confirmAll = async (device: string): Promise<void> => {
  const keys = await runInDurableObject(is(device), (_visitor, { storage }) =>
    waitingIn(storage).map(({ entry }) => outboxKey(entry)),
  )
  await is(device).confirmChanges(keys)
}
