import type { Workspace } from '@spartito/workspace'
import { basic, keys } from '../../support/keys.ts'
import { receiverDestination } from '../../support/receiver-destination.ts'
import { postBatch, type Sent } from '../collector/post-batch.ts'
import { allOf } from '../identity/all-of.ts'

/** Somebody who is erased, or stays. */
export interface Person {
  /** in every text that is theirs, and in nobody else's */
  name: string
  devices: number
  /** in all, a sign-in of each device among them where there is a user */
  events: number
  isSignedIn: boolean
}

export const deviceOf = ({ name }: Person, device: number): string => `${name}-device${device}`
export const userOf = ({ name }: Person): string => `${name}-user`
export const emailOf = ({ name }: Person): string => `${name}@shop.example`

/** The one of their identifiers that an owner would ask by. */
export const askedBy = (person: Person) =>
  person.isSignedIn ? { type: 'email', value: emailOf(person) } : { type: 'anonymous_id', value: deviceOf(person, 0) }

export const identifiersOf = (person: Person): { type: string; value: string }[] => [
  ...Array.from({ length: person.devices }, (_, n) => ({ type: 'anonymous_id', value: deviceOf(person, n) })),
  ...(person.isSignedIn
    ? [
        { type: 'user_id', value: userOf(person) },
        { type: 'email', value: emailOf(person) },
      ]
    : []),
]

/** Audiences of a shop, a webhook that hears of all of them, a plan that holds back, and a sample for dry runs. */
export const sagaWorkspace = (receiver: string): Workspace => ({
  sources: [
    { id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' }, sample: 500 },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['analytics', 'marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  plan: {
    events: { Checked: { properties: { size: { type: 'number', required: true } } } },
    onViolation: 'quarantine',
  },
  audiences: [
    { id: 'engaged', when: { event: 'Product Viewed', count: { gte: 3 }, within: 'P30D' } },
    { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
    { id: 'buyers', when: { event: 'Order Completed' } },
  ],
  destinations: [receiverDestination(receiver)],
})

const names = ['Product Viewed', 'Product Clicked', 'Cart Viewed', 'Products Searched', 'Order Completed']
/** As a queue sends them that has waited for a while. */
const eventsInRequest = 50
const clients = 8

const signIn = async (collector: string, person: Person, device: number): Promise<void> => {
  const identify = {
    type: 'identify',
    messageId: `${deviceOf(person, device)}-identify`,
    anonymousId: deviceOf(person, device),
    userId: userOf(person),
    timestamp: new Date().toISOString(),
    traits: { email: emailOf(person), plan: 'pro' },
  }
  const response = await fetch(`${collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.server), 'content-type': 'application/json' },
    body: JSON.stringify({ batch: [identify] }),
    signal: AbortSignal.timeout(30_000),
  })
  const answer = (await response.json()) as { accepted?: number }
  if (answer.accepted !== 1) throw new Error(`a sign-in was answered ${response.status} ${JSON.stringify(answer)}`)
}

/** One event that the plan holds back. @throws Error unless it was */
const beHeldBack = async (collector: string, anonymousId: string): Promise<void> => {
  const event = { type: 'track', event: 'Checked', messageId: `${anonymousId}-checked`, anonymousId }
  const batch = [{ ...event, timestamp: new Date().toISOString(), properties: { size: anonymousId } }]
  const response = await fetch(`${collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.browser), 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
    signal: AbortSignal.timeout(30_000),
  })
  const answer = (await response.json()) as { quarantined?: number }
  if (answer.quarantined !== 1)
    throw new Error(`an event against the plan was answered ${response.status} ${JSON.stringify(answer)}`)
}

const deviceEvents = async (
  collector: string,
  person: Person,
  device: number,
  [from, to]: [number, number],
  userId?: string,
): Promise<void> => {
  const anonymousId = deviceOf(person, device)
  const event = (n: number): Sent => ({
    messageId: `${anonymousId}-${n}`,
    name: names[n % names.length]!,
    at: Date.now(),
    anonymousId,
    ...(userId !== undefined && { userId }),
  })
  for (let at = from; at < to; at += eventsInRequest)
    await postBatch(
      collector,
      Array.from({ length: Math.min(eventsInRequest, to - at) }, (_, n) => event(at + n)),
    )
}

/**
 * Sends all that a person does: on each device half of it anonymously, then the sign-in that merges it, then the other half; and one event
 * a device that the plan holds back, which is none of `events`.
 */
export const sendPerson = async (collector: string, person: Person): Promise<void> => {
  const { devices, events, isSignedIn } = person
  const ofDevice = events / devices
  const half = isSignedIn ? Math.floor(ofDevice / 2) : ofDevice
  await allOf(devices, clients, (device) => deviceEvents(collector, person, device, [0, half]))
  await allOf(devices, clients, (device) => beHeldBack(collector, deviceOf(person, device)))
  if (!isSignedIn) return
  await allOf(devices, clients, (device) => signIn(collector, person, device))
  await allOf(devices, clients, (device) =>
    deviceEvents(collector, person, device, [half, ofDevice - 1], userOf(person)),
  )
}

/** Those who stay. */
export const sendOthers = (collector: string, persons: readonly Person[]): Promise<void> =>
  allOf(persons.length, clients, (n) => sendPerson(collector, persons[n]!))
