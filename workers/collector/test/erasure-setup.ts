import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Env } from '../src/env.ts'
import type { Erasure } from '../src/erasure/rpc.ts'
import { administer, collect, fresh, identify, stubOf, track } from './setup.ts'

export const erasures = () => (env as Env).ERASURES.getByName('erasures')

export const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  administer('/admin/erasures', { method: 'POST', body: JSON.stringify(body), headers })

export const read = async (id: string): Promise<Erasure> => (await administer(`/admin/erasures/${id}`)).json()

export const stepsDone = async (id: string): Promise<string[]> =>
  (await read(id)).steps.filter(({ doneAt }) => doneAt !== null).map(({ step }) => step)

/** A person on a device, with an address. */
export const somebody = async () => {
  const [userId, device] = [fresh('user'), fresh('device')]
  const email = `${userId}@shop.example`
  await collect([track({ anonymousId: device }), identify({ userId, anonymousId: device }, { email, plan: 'pro' })])
  return { userId, device, email }
}

/** What the queue's consumer does with all that an object has sent. */
export const confirm = (type: string, value: string): Promise<void> =>
  runInDurableObject(stubOf(type, value), async (visitor) => {
    visitor.confirmChanges(Array.from({ length: 40 }, (_, n) => n - 20))
  })
