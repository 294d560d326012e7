import { randomUUID } from 'node:crypto'
import type { Destination } from '@spartito/workspace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Erasure, Receipt } from '../../workers/collector/src/erasure/rpc.ts'
import { type JsonReceiver, startJsonReceiver } from '../support/json-receiver.ts'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'

let folder: TempFolder
let spartito: Spartito
let api: JsonReceiver

const emails = ['ada@home.example', 'ada@work.example'].sort()
const common = { purposes: ['marketing'], audiences: [] } as const

/** An API that takes one address at a time, one that takes all, and two that nothing can be asked of. */
const destinations = (origin: string): Destination[] => [
  {
    ...common,
    id: 'each',
    type: 'http',
    settings: {
      secret: 'k3y',
      erased: {
        method: 'DELETE',
        url: `${origin}/people/{{identifiers.email}}`,
        headers: { authorization: 'Bearer {{secret}}' },
        each: 'email',
        statuses: { 404: 'done' },
      },
    },
  },
  {
    ...common,
    id: 'all',
    type: 'http',
    settings: { erased: { url: `${origin}/delete`, body: { ids: '{{all.user_id}}', emails: '{{all.email}}' } } },
  },
  {
    ...common,
    id: 'phones',
    type: 'http',
    settings: { erased: { url: `${origin}/phones`, body: { phones: '{{all.phone}}' } } },
  },
  { ...common, id: 'meta', type: 'meta', settings: { accessToken: 'token', datasetId: '123456' } },
]

const administer = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
  const headers = { authorization: `Bearer ${keys.admin}` }
  const response = await fetch(`${spartito.collector}/admin/${path}`, { ...init, headers })
  expect(response.ok).toBe(true)
  return (await response.json()) as T
}

beforeAll(async () => {
  folder = await makeTempFolder('conformance-deletions')
  let asked = 0
  // It knows one address alone, and is down for a moment in between.
  api = await startJsonReceiver(({ url }) => {
    if (!url.startsWith('/people/')) return [200, '{}']
    asked++
    return asked === 2 ? [503, '{}'] : [asked === 4 ? 404 : 204, '']
  })
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    purposes: ['marketing'],
    identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
    destinations: destinations(api.origin),
  })
  // Longer than an isolate uses an old one.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
})

afterAll(async () => {
  await spartito?.runtime.stop()
  await api?.stop()
  await folder?.remove()
})

test('CO7 DE10 destinations are asked for all that a person has, again after an outage, and the receipt says what came of it', async () => {
  for (const email of emails) {
    const event = {
      type: 'identify',
      userId: 'u-ada',
      anonymousId: 'a-ada',
      messageId: randomUUID(),
      traits: { email },
    }
    const response = await fetch(`${spartito.collector}/v1/batch`, {
      method: 'POST',
      headers: { authorization: basic(keys.browser), 'user-agent': 'Mozilla/5.0 Firefox/130.0' },
      body: JSON.stringify({ batch: [event] }),
    })
    expect(await response.json()).toMatchObject({ accepted: 1 })
  }
  const identifier = { type: 'user_id', value: 'u-ada' }
  const { id } = await administer<{ id: string }>('erasures', { method: 'POST', body: JSON.stringify({ identifier }) })
  await expect
    .poll(async () => (await administer<Erasure>(`erasures/${id}`)).state, { timeout: 40_000, interval: 200 })
    .toBe('done')

  const people = api.arrivals.filter(({ method }) => method === 'DELETE')
  const asked = people.map(({ url }) => decodeURIComponent(url.replace('/people/', '')))
  expect([...asked.slice(2)].sort()).toEqual(emails)
  expect(asked.slice(0, 2)).toEqual(asked.slice(2))
  expect(people.every(({ headers }) => headers.authorization === 'Bearer k3y')).toBe(true)
  const [all, ...more] = api.arrivals.filter(({ url }) => url === '/delete')
  expect(more).toEqual([])
  const { ids, emails: told } = all!.body as { ids: string[]; emails: string[] }
  expect([ids, told.sort()]).toEqual([['u-ada'], emails])

  const { receipt, steps } = await administer<Erasure>(`erasures/${id}`)
  const doneAt = (name: string) => steps.find(({ step }) => step === name)!.doneAt!
  // A tool that is down holds up no store of ours.
  expect(doneAt('lake')).toBeLessThan(doneAt('deliveries'))
  expect((JSON.parse(receipt!.payload) as Receipt).destinations).toEqual([
    { destination: 'all', type: 'http', deletion: 'done' },
    { destination: 'phones', type: 'http', deletion: 'none: the person has no phone' },
    { destination: 'meta', type: 'meta', deletion: 'none: meta has no deletion that is asked for here' },
    { destination: 'each', type: 'http', deletion: 'done' },
  ])
  expect(receipt!.payload).not.toContain('ada')
}, 60_000)
