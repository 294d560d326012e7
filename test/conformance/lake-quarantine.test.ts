import { join } from 'node:path'
import type { ReconciledHour } from '@spartito/lake'
import { beforeAll, expect, test, vi } from 'vitest'
import { downloadLake } from '../support/download-lake.ts'
import { keys } from '../support/keys.ts'
import { queryLake } from '../support/query-lake.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { rulesWorkspace } from './rules-workspace.ts'
import { fresh, post, track } from './wire.ts'

let spartito: Spartito
let folder: TempFolder

beforeAll(async () => {
  folder = await makeTempFolder('lake-quarantine')
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await spartito.admin.publish(rulesWorkspace())
  return async () => {
    await spartito.runtime.stop()
    await folder.remove()
  }
})

const ask = async <T>(path: string, method = 'GET', body?: object): Promise<T> => {
  const response = await fetch(`${spartito.collector}/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

const reconciled = async (): Promise<ReconciledHour[]> => {
  const hours = [Date.now() - 3_600_000, Date.now()].map((at) => new Date(at).toISOString().slice(0, 13))
  return (await ask<{ sources: ReconciledHour[] }>(`lake/manifest?from=${hours[0]}&to=${hours[1]}`)).sources
}

const sums = async () => {
  const sum = { received: 0, accepted: 0, quarantined: 0, duplicate: 0, rejected: 0, unlike: 0 }
  for (const its of await reconciled()) {
    sum.received += its.received
    sum.accepted += its.accepted
    sum.quarantined += its.quarantined
    sum.duplicate += its.duplicate
    sum.rejected += Object.values(its.rejected).reduce((all, n) => all + n, 0)
    sum.unlike += its.differences.length + Math.abs(its.difference)
  }
  return sum
}

const events = async () =>
  (await ask<{ events: { id: string; event: { event: string } }[] }>('quarantine?limit=500')).events

test('LA2, WI6 what was received is in the lake, in its quarantine or counted as refused, to the event, and what is recovered is told apart', async () => {
  const names = ['Good', 'Recovered', 'Dropped', 'Deleted', 'Stays', 'Came Again']
  const event = (name: string) =>
    track(fresh('a'), name === 'Good' ? 'Good' : 'Held', { properties: { n: 1, name }, messageId: name })
  const batch = names.map(event)
  const { body } = await post(
    '/v1/batch',
    { batch: [...batch, { type: 'track', anonymousId: 'x' }] },
    { to: spartito.collector },
  )
  expect(body).toMatchObject({ accepted: 1, quarantined: 5, rejected: [{ code: 'missing_event_name' }] })
  await vi.waitFor(
    async () =>
      expect(await sums()).toEqual({ received: 7, accepted: 1, quarantined: 5, duplicate: 0, rejected: 1, unlike: 0 }),
    { timeout: 20_000, interval: 500 },
  )

  const held = new Map(
    (await events()).map(({ id, event: its }) => [(its as unknown as { messageId: string }).messageId, id]),
  )
  await ask('quarantine', 'DELETE', { ids: [held.get('Deleted')] })
  const drop = { dropEvent: true, when: { where: [{ path: 'properties.name', eq: 'Dropped' }] } } as const
  await spartito.admin.publish({
    ...rulesWorkspace({ plan: { events: {} } }),
    transformations: [{ sources: ['web'], steps: [drop] }],
  })
  await vi.waitFor(
    async () => {
      // The isolate that answers has the new workspace when it takes the copy.
      const again = await post('/v1/batch', { batch: [batch[5]] }, { to: spartito.collector })
      expect(again.body.accepted).toBe(1)
    },
    { timeout: 10_000, interval: 500 },
  )
  const rest = ['Recovered', 'Dropped', 'Came Again'].map((name) => held.get(name))
  expect(await ask('quarantine/recover', 'POST', { ids: rest })).toMatchObject({
    accepted: 1,
    filtered: 1,
    duplicate: 1,
  })
  const copies = (await spartito.admin.stats()).sources.reduce((all, { quarantined }) => all + quarantined, 0)
  await vi.waitFor(
    async () => {
      const { unlike, accepted, quarantined } = await sums()
      expect([unlike, accepted, quarantined]).toEqual([0, 3, copies])
    },
    { timeout: 20_000, interval: 500 },
  )

  const copy = join(folder.path, 'copy')
  await downloadLake(spartito.collector, keys.reader, 'quarantine', copy)
  const told = await queryLake(
    copy,
    "message_id, arg_max(state, step), any_value(body->>'$.properties.name')",
    "WHERE message_id <> 'Came Again' GROUP BY ALL ORDER BY message_id",
    'quarantine',
  )
  expect(told).toEqual([
    ['Deleted', 'deleted', 'Deleted'],
    ['Dropped', 'filtered', 'Dropped'],
    ['Recovered', 'recovered', 'Recovered'],
    ['Stays', 'held', 'Stays'],
  ])
}, 90_000)
