import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import type { Claimant, Graph, VisitorState } from '@spartito/engine'
import { expect } from 'vitest'
import { callIngest } from '../../src/visitor/call-ingest.ts'
import { openStateEntry } from '../../src/visitor/state-entry.ts'
import { administer, fresh, profileOf, stubOf, wake, workspace } from '../setup.ts'

const dayMs = 86_400_000

export const identityWorkspace = workspace({
  identity: {
    identifiers: [
      { type: 'email', class: 'contact', from: 'traits.email' },
      { type: 'phone', class: 'contact', from: 'traits.phone' },
      { type: 'loyalty_id', class: 'person', from: 'traits.loyalty' },
      { type: 'push_token', class: 'device', from: 'context.device.token' },
    ],
  },
  audiences: [
    { id: 'viewers', when: { event: 'Product Viewed', count: { gte: 3 } } },
    { id: 'never_bought', when: { not: { event: 'Order Completed' } } },
    { id: 'mailable', when: { identifier: 'email', exists: true } },
  ],
})

/** What an event shows; each name is made unique in its scenario. */
export interface Who {
  /** a device */
  a?: string
  /** a user */
  user?: string
  email?: string
  phone?: string
  loyalty?: string
  push?: string
}

export interface How {
  /** a secret key or a token vouches for it; '✓' in the tables */
  verified?: boolean
  /** received so long ago; now when left out */
  daysAgo?: number
  session?: string
  event?: string
  /** sent again under the same name, it is a copy */
  copy?: string
  previous?: string
}

const types: Record<keyof Who, [type: string, itsClass: Claimant['class']]> = {
  user: ['user_id', 'person'],
  loyalty: ['loyalty_id', 'person'],
  email: ['email', 'contact'],
  phone: ['phone', 'contact'],
  a: ['anonymous_id', 'device'],
  push: ['push_token', 'device'],
}
const strongestFirst = Object.keys(types) as (keyof Who)[]

/** A scenario's world: its own names, and time that goes on by a second with each event. */
export const createWorld = () => {
  const world = fresh('w')
  const names = new Map<string, { kind: keyof Who; value: string }>()
  const copies = new Map<string, string>()
  let passed = 0

  const nameIn = (kind: keyof Who, name: string): string => {
    const digits = (Number(world.slice(2)) * 100 + names.size).toString().padStart(7, '0')
    const made =
      kind === 'email' ? `${name}.${world}@x.example` : kind === 'phone' ? `+49151${digits}` : `${name}-${world}`
    const known = names.get(name) ?? { kind, value: made }
    names.set(name, known)
    return known.value
  }
  const kindOf = (name: string): keyof Who => names.get(name)!.kind
  const identifier = (name: string): { type: string; value: string } => {
    const { kind, value } = names.get(name)!
    return { type: types[kind][0], value }
  }
  const nameOf = (value: string): string => [...names].find(([, its]) => its.value === value)?.[0] ?? value

  const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await administer(`/admin/identity/${path}`, { method: 'POST', body: JSON.stringify(body) })
    return { status: response.status, body: await response.json() }
  }

  return {
    identifier,
    kindOf,
    async send(who: Who, { verified = false, daysAgo = 0, session, event, copy, previous }: How = {}): Promise<void> {
      const shown = Object.fromEntries(
        strongestFirst.flatMap((kind) => (who[kind] === undefined ? [] : [[kind, nameIn(kind, who[kind])]])),
      ) as Who
      const strongest = strongestFirst.find((kind) => shown[kind] !== undefined)!
      const [type, itsClass] = types[strongest]
      const receivedAt = Math.round(Date.now() - daysAgo * dayMs - 100_000 + 1_000 * ++passed)
      const messageId = (copy !== undefined && copies.get(copy)) || fresh('m')
      if (copy !== undefined) copies.set(copy, messageId)
      const { user, a, email, phone, loyalty, push } = shown
      const body = {
        messageId,
        ...(previous !== undefined
          ? {
              type: 'alias',
              previousId: previous === 'null' ? previous : (names.get(previous)?.value ?? nameIn('user', previous)),
            }
          : event
            ? { type: 'track', event }
            : { type: 'identify' }),
        ...(a && { anonymousId: a }),
        ...(user && { userId: user }),
        ...((email || phone || loyalty) && { traits: { email, phone, loyalty } }),
        source: verified ? 'till' : 'web',
        timestamp: receivedAt,
        receivedAt,
        context: { ...(session && { sessionId: session }), ...(push && { device: { token: push } }) },
      }
      const address: Claimant = { type, value: shown[strongest]!, class: itsClass }
      await callIngest(stubOf(type, address.value), {
        address,
        events: [JSON.stringify(body)],
        receivedAt,
        policy: 'opt-out',
        verified,
        anonymousId: a,
        hops: 0,
      })
    },
    /** lets alarms fire at every object of the scenario until none has anything under way */
    async settle(): Promise<void> {
      for (let round = 0; round < 40; round++) {
        let underWay = 0
        for (const name of names.keys()) {
          const { type, value } = identifier(name)
          await wake(type, value)
          underWay += await runInDurableObject(stubOf(type, value), (_instance, { storage }) => {
            const entry = openStateEntry(storage).read()
            return entry ? Object.keys((JSON.parse(entry.body) as VisitorState).claims).length : 0
          })
        }
        if (underWay === 0) return
        await scheduler.wait(250)
      }
      throw new Error('something is still under way')
    },
    crash: (): Promise<void> => abortAllDurableObjects(),
    evict: (): Promise<void> => evictAllDurableObjects(),
    merge: (one: string, other: string) => post('merge', { identifiers: [identifier(one), identifier(other)] }),
    split: (name: string, mergeId?: string) => post('split', { ...identifier(name), ...(mergeId && { mergeId }) }),
    release: (name: string) => post('release', identifier(name)),
    async graph(name: string): Promise<Graph> {
      const { type, value } = identifier(name)
      return (await administer(`/admin/profiles/${type}/${encodeURIComponent(value)}/graph`)).json()
    },
    /** whose profile an identifier leads to and how many events that one has, such as "A 3"; "–" where there is none */
    async told(name: string): Promise<string> {
      const { type, value } = identifier(name)
      const profile = await profileOf(type, value)
      if (!profile) return '–'
      const counts = Object.values(profile.events).map(({ count }) => count)
      return `${nameOf(profile.host.value)} ${counts.reduce((sum, count) => sum + count, 0)}`
    },
    async audiences(name: string): Promise<string[]> {
      const { type, value } = identifier(name)
      return (await profileOf(type, value))?.audiences.map(({ id }) => id) ?? []
    },
    async refusals(name: string): Promise<string[]> {
      const { type, value } = identifier(name)
      return (await profileOf(type, value))?.refusals.map(({ code }) => code) ?? []
    },
  }
}

export type World = ReturnType<typeof createWorld>
export type Act = (world: World) => Promise<unknown>

const verifiedBy = (mark?: '✓'): { verified: boolean } => ({ verified: mark === '✓' })

/** Anonymous views on a device. */
export const views =
  (a: string, times = 1, how: How = {}): Act =>
  async (world) => {
    for (let left = times; left > 0; left--) await world.send({ a }, { event: 'Product Viewed', ...how })
  }
/** A user shows up on a device. */
export const signIn =
  (a: string, user: string, mark?: '✓', how: How = {}): Act =>
  (world) =>
    world.send({ a, user }, { ...verifiedBy(mark), ...how })
export const signOut =
  (a: string, user: string, how: How = {}): Act =>
  (world) =>
    world.send({ a, user }, { event: 'Signed Out', ...how })
/** An event that shows what it shows. */
export const shows =
  (who: Who, mark?: '✓', how: How = {}): Act =>
  (world) =>
    world.send(who, { ...verifiedBy(mark), ...how })
export const alias =
  (user: string, previous: string, mark?: '✓'): Act =>
  (world) =>
    world.send({ user }, { ...verifiedBy(mark), previous })

export const answers =
  (
    act: (world: World) => Promise<{ status: number; body: Record<string, unknown> }>,
    expected: object,
    status = 200,
  ): Act =>
  async (world) => {
    const answer = await act(world)
    expect(answer).toMatchObject({ status, body: expected })
  }
/** An administrator joins two. */
export const merge = (one: string, other: string): Act =>
  answers((world) => world.merge(one, other), { status: 'merged' })
/** An administrator takes apart what joined an identifier. */
export const split = (name: string): Act => answers((world) => world.split(name), { status: 'split' })
export const settle: Act = (world) => world.settle()
export const is =
  (expected: Readonly<Record<string, string>>): Act =>
  async (world) => {
    const told: Record<string, string> = {}
    for (const name of Object.keys(expected)) told[name] = await world.told(name)
    expect(told).toEqual(expected)
  }

/** @param told by an identifier's name: whose profile it leads to, and how many events that profile has */
export type Scenario = [rule: string, given: Act[], told: Record<string, string>, refusals?: Record<string, string[]>]

/** Lets a scenario happen in a world of its own, and looks. */
export const run = async (
  acts: readonly Act[],
  told: Record<string, string>,
  refusals: Record<string, string[]> = {},
) => {
  const world = createWorld()
  for (const act of acts) await act(world)
  await is(told)(world)
  for (const [name, codes] of Object.entries(refusals)) expect(await world.refusals(name)).toEqual(codes)
}
