import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { deliveryObjectName, type TakenDelivery } from '@spartito/engine'
import type { AudienceChange } from '@spartito/protocol'
import type { Destination } from '@spartito/workspace'
import { inject, vi } from 'vitest'
import type { Deliveries } from '../src/deliveries/deliveries.ts'
import type { Env } from '../src/env.ts'
import type { Answer, Asked } from './answers.ts'

declare global {
  namespace Cloudflare {
    interface Env extends ActivationEnv {}
    interface GlobalProps {
      mainModule: typeof import('../src/index.ts')
    }
  }
}
type ActivationEnv = Env

const origin = inject('endpoint')

/** Far ahead of the runtime's clock, so that no alarm fires but those that a test runs; a whole second. */
let begin = Math.ceil(Date.now() / 1_000) * 1_000 + 10 * 86_400_000
/** Each test begins later than the one before has ended: the isolate remembers when it has read the workspace. */
export const startClock = (): void => {
  // The date alone: timers go on.
  vi.setSystemTime(begin)
}
export const stopClock = (): void => {
  begin = Math.ceil(Date.now() / 1_000) * 1_000 + 86_400_000
  vi.useRealTimers()
}
/** ms since the test's beginning */
export const elapsed = (): number => Date.now() - begin

let version = 0
const destinations = new Map<string, Destination>()

export const hookOf = (id: string): string => `${origin}/hook/${id}`

/** Sets the answers of an endpoint. */
export const script = async (id: string, answers: Answer[]): Promise<void> => {
  await fetch(`${origin}/script/${id}`, { method: 'POST', body: JSON.stringify(answers) })
}

/** Publishes a destination beside the others, and the answers of its endpoint. */
export const publish = async (id: string, answers: Answer[], more: Partial<Destination> = {}): Promise<void> => {
  await script(id, answers)
  const settings = { url: hookOf(id), secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
  const destination = { id, type: 'webhook', purposes: ['marketing'], audiences: '*', settings, ...more }
  destinations.set(id, destination as Destination)
  const workspace = { sources: [], purposes: ['marketing'], destinations: [...destinations.values()] }
  await env.CONFIG.put('workspace', JSON.stringify({ version: ++version, workspace }))
}

export const asked = async (id: string): Promise<Asked[]> =>
  (await (await fetch(`${origin}/asked/${id}`)).json()) as Asked[]

/** An exit, which asks nobody for consent. */
export const exit = (profileId: string, seq: number, more: Partial<AudienceChange> = {}): TakenDelivery => {
  const { audience = 'buyers', type = 'audience.exited' } = more
  const change: AudienceChange = {
    id: `${profileId}:${audience}:${seq}`,
    type,
    audience,
    version: 1,
    profileId,
    seq,
    cause: 'event',
    causeId: null,
    effectiveAt: begin,
    emittedAt: begin,
    identifiers: [],
    traits: {},
    consent: {},
    ...more,
  }
  return { delivery: { kind: 'change', id: change.id, profileId, change }, visitor: '', policy: 'opt-out', version }
}

export const objectOf = (destination: string, shard = 0): DurableObjectStub<Deliveries> =>
  env.DELIVERIES.getByName(deliveryObjectName(destination, shard))

export const take = (destination: string, ...items: TakenDelivery[]): Promise<number> =>
  objectOf(destination).take(items.map((item) => JSON.stringify(item)))

/** Waits until every request that was made is answered, and noted. */
export const untilNoted = async (destination: string, shard = 0): Promise<void> => {
  while ((await objectOf(destination, shard).summary()).sending > 0) await scheduler.wait(5)
}

export const alarmOf = (destination: string): Promise<number | null> =>
  runInDurableObject(objectOf(destination), (_object, { storage }) => storage.getAlarm())

/** Moves the clock to the object's next alarm and runs it, until nothing is due. @returns when its endpoint was asked, in ms */
export const runOut = async (destination: string): Promise<number[]> => {
  const at: number[] = []
  const note = async (): Promise<void> => {
    await untilNoted(destination)
    const arrived = (await asked(destination)).length
    while (at.length < arrived) at.push(elapsed())
  }
  await note()
  for (let next = await alarmOf(destination); next !== null; next = await alarmOf(destination)) {
    vi.setSystemTime(Math.max(Date.now(), next))
    await runDurableObjectAlarm(objectOf(destination))
    await note()
  }
  return at
}
