import type { Workspace } from '@spartito/workspace'
import { basic, keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import type { Crash } from './start-crash.ts'

/** In every text that is about somebody who is erased; nobody else has it in theirs. */
export const canary = 'kanari'

export const erasureWorkspace = (destination: string): Workspace => ({
  sources: [
    { id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' }, sample: 500 },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  plan: {
    events: { Checked: { properties: { size: { type: 'number', required: true } } } },
    onViolation: 'quarantine',
  },
  audiences: [
    { id: 'buyers', when: { event: 'Order Completed' } },
    { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
  ],
  destinations: [{ ...receiverDestination(destination), events: '*' }],
})

/** One more audience, so that a sweep visits everybody. */
export const sweptWorkspace = (destination: string): Workspace => {
  const { audiences = [], ...rest } = erasureWorkspace(destination)
  return { ...rest, audiences: [...audiences, { id: 'seen', when: { event: 'Order Completed', count: { gte: 1 } } }] }
}

/** A person with two devices; all that they send has their name in every field that takes one. */
export interface Person {
  name: string
  userId: string
  email: string
  devices: readonly string[]
}

export const personOf = (name: string): Person => ({
  name,
  userId: `${name}-user`,
  email: `${name}@shop.example`,
  devices: [`${name}-phone`, `${name}-laptop`],
})

const contextOf = (name: string) => ({
  page: {
    url: `https://shop.example/${name}`,
    path: `/${name}`,
    title: name,
    referrer: `https://from.example/${name}`,
  },
  campaign: { name, source: name, medium: name, term: name, content: name },
  userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 ${name}`,
  locale: name,
  sessionId: `${name}-session`,
  custom: { deep: [{ er: name }] },
})

const sentAt = (): string => new Date().toISOString()

/** An event of a device with its person's name all over. */
export const eventOf = ({ name, devices }: Person, device: number, id: string, more: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  messageId: `${name}-${id}`,
  anonymousId: devices[device],
  timestamp: sentAt(),
  properties: { note: name, [name]: name, products: [{ sku: name }] },
  integrations: { [name]: { id: name } },
  context: contextOf(name),
  ...more,
})

/** What each person sends: from both devices, signed in on both, with an address; named by groups, misnamed by plans, mistaken for a bot. */
export const eventsOf = (person: Person): { browser: object[]; server: object[] } => {
  const { name, userId, email } = person
  const signedIn = (device: number, traits: object) =>
    eventOf(person, device, `identify-${device}`, { type: 'identify', event: undefined, userId, traits })
  return {
    browser: [
      eventOf(person, 0, 'first'),
      eventOf(person, 1, 'second', { event: `${name} clicked` }),
      eventOf(person, 0, 'checked', { event: 'Checked', properties: { size: name } }),
      eventOf(person, 1, 'bot', { context: { ...contextOf(name), bot: true } }),
      eventOf(person, 1, 'page', { type: 'page', event: undefined, name, category: name }),
      eventOf(person, 0, 'consent', {
        event: 'Segment Consent Preference Updated',
        context: { ...contextOf(name), consent: { categoryPreferences: { marketing: true } } },
      }),
    ],
    server: [
      signedIn(0, { email, plan: 'pro', name, address: { city: name } }),
      signedIn(1, { email, plan: 'pro', nick: name }),
      eventOf(person, 0, 'group', {
        type: 'group',
        event: undefined,
        userId,
        groupId: `${name}-club`,
        traits: { name },
      }),
    ],
  }
}

const withinMs = 30_000

export interface Taken {
  accepted: number
  duplicate: number
  quarantined: number
  rejected: { code: string; messageId: string | null }[]
}

export const send = async (
  { collector }: Pick<Crash, 'collector'>,
  batch: readonly object[],
  key: string = keys.browser,
  path = 'batch',
): Promise<Taken> => {
  const response = await fetch(`${collector}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: basic(key) },
    body: JSON.stringify({ batch, sentAt: sentAt() }),
    signal: AbortSignal.timeout(withinMs),
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as Taken
}

/** An administrator's request. */
export const ask = async <T>(
  { collector }: Pick<Crash, 'collector'>,
  path: string,
  body?: object,
  method?: string,
): Promise<T> => {
  const response = await fetch(`${collector}/admin/${path}`, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  })
  return (await response.json()) as T
}
