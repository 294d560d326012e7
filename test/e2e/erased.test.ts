import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Erasure, Receipt } from '../../workers/collector/src/erasure/rpc.ts'
import { type Demo, startDemo } from './demo.ts'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo?.remove())

const context = { consent: { categoryPreferences: { analytics: true, marketing: true } } }

const view = async (anonymousId: string): Promise<void> => {
  const batch = [1, 2, 3].map((n) => ({
    type: 'track',
    event: 'Product Viewed',
    anonymousId,
    messageId: `${anonymousId}-${n}`,
    properties: { product_id: `p${n}` },
    context,
  }))
  const body = JSON.stringify({ writeKey: demo.writeKey, batch })
  const headers = { 'user-agent': 'Mozilla/5.0 Firefox/130.0' }
  expect((await fetch(`${demo.collector}/v1/batch`, { method: 'POST', headers, body })).status).toBe(200)
}

const whoIsThere = async (): Promise<string[]> =>
  (await demo.changes()).flatMap(({ identifiers }) => identifiers.map(({ value }) => value)).sort()

test('CO7 the example destination deletes who is erased, and nobody else, and its pages begin anew', async () => {
  for (const device of ['ada', 'eve']) await view(device)
  await expect.poll(whoIsThere, { timeout: 15_000 }).toEqual(['ada', 'eve'])
  const told: string[] = []
  const page = new WebSocket(`${demo.destination.replace('http', 'ws')}/live`)
  page.addEventListener('message', ({ data }) => told.push(String(data)))
  await new Promise((open) => page.addEventListener('open', open))

  const identifier = { type: 'anonymous_id', value: 'ada' }
  const { id } = await demo.admin<{ id: string }>('/admin/erasures', {
    method: 'POST',
    body: JSON.stringify({ identifier }),
  })
  const erasure = () => demo.admin<Erasure>(`/admin/erasures/${id}`)
  await expect.poll(async () => (await erasure()).state, { timeout: 30_000, interval: 200 }).toBe('done')
  page.close()

  const { destinations } = JSON.parse((await erasure()).receipt!.payload) as Receipt
  expect(destinations).toEqual([{ destination: 'demo', type: 'webhook', deletion: 'done' }])
  expect(await whoIsThere()).toEqual(['eve'])
  expect(told.at(-1)).toBe('{"isErased":true}')
  expect((await fetch(`${demo.destination}/profile/anonymous_id/ada`)).status).toBe(404)
  expect((await fetch(`${demo.destination}/profile/anonymous_id/eve`)).status).toBe(200)
}, 60_000)
