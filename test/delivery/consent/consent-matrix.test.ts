import { join } from 'node:path'
import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import {
  activationConfig,
  collectorConfig,
  localVars,
  type Runtime,
  startRuntime,
} from '../../../packages/cli/src/dev/runtime.ts'
import { administration } from '../../support/administration.ts'
import { downloadLake } from '../../support/download-lake.ts'
import { keys } from '../../support/keys.ts'
import { queryLake } from '../../support/query-lake.ts'
import { makeTempFolder, type TempFolder } from '../../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { come, devicesOf, knock, withdraw } from './live.ts'
import {
  decision,
  deliveriesIn,
  keyOf,
  type Law,
  type Listed,
  laws,
  type Person,
  type Profile,
  persons,
  profileOf,
  type State,
  send,
} from './persons.ts'

/** By the rules, and not by what decides them: whether a person may be used for what needs consent. */
const mayBeUsed: Record<State, Record<Law, boolean>> = {
  granted: { 'opt-in': true, 'opt-out': true, none: true },
  denied: { 'opt-in': false, 'opt-out': false, none: false },
  unknown: { 'opt-in': false, 'opt-out': true, none: true },
  private: { 'opt-in': false, 'opt-out': false, none: true },
}

/** CO4: unknown does not deny where another device of the person has granted. Where a signal refuses it is not unknown. */
const wasAllowed = ({ state, law, isMerged }: Person): boolean =>
  isMerged && state === 'unknown' ? true : mayBeUsed[state][law]

/** What a source decides that knows one device alone. */
const isTaken = ({ state, law }: Person): boolean => mayBeUsed[state][law]

let folder: TempFolder
let runtime: Runtime
let collector: string
let crm: WebhookReceiver
let closed: WebhookReceiver
let isClosed = true
const profiles = new Map<string, Profile>()
const answers = new Map<string, (string | undefined)[]>()
let skipped: Listed[] = []
let events: unknown[][] = []
let consents: unknown[][] = []

const workspace = (): Workspace => ({
  sources: laws.flatMap((policy) => [
    { id: `open-${policy}`, kind: 'browser' as const, writeKey: keyOf('open', policy), consent: { policy } },
    {
      id: `strict-${policy}`,
      kind: 'browser' as const,
      writeKey: keyOf('strict', policy),
      consent: { policy },
      collect: ['analytics'],
    },
  ]),
  purposes: ['analytics', 'marketing'],
  audiences: [
    { id: 'readers', when: { event: 'Read' } },
    { id: 'targets', purposes: ['marketing'], when: { event: 'Read' } },
  ],
  destinations: [crm, closed].map(({ origin }, index) => ({
    id: ['crm', 'closed'][index]!,
    type: 'webhook' as const,
    purposes: ['marketing'],
    audiences: '*' as const,
    events: [{ event: 'Read' }, { event: 'Later' }],
    settings: { url: `${origin}/hook`, secret: keys.webhook },
  })),
})

/** Several side by side, as the machine allows. */
const forAll = async (its: readonly Person[], work: (person: Person) => Promise<void>): Promise<void> => {
  const left = its.values()
  const run = async (): Promise<void> => {
    for (const person of left) await work(person)
  }
  await Promise.all(Array.from({ length: 12 }, run))
}

const idsOf = (person: Person): Set<string> =>
  new Set(devicesOf(person).map((device) => profiles.get(device)!.profileId))

/** What of a person a destination has taken: `entered readers`, `Read`. */
const takenBy = ({ arrivals }: WebhookReceiver, person: Person): string[] => {
  const devices = devicesOf(person)
  return arrivals
    .filter(({ status }) => status === 200)
    .filter(({ change, body }) =>
      change.identifiers
        ? change.identifiers.some(({ value }) => devices.includes(value))
        : devices.includes(JSON.parse(body).anonymousId),
    )
    .map(({ change, body }) =>
      change.audience ? `${change.type.slice('audience.'.length)} ${change.audience}` : JSON.parse(body).event,
    )
}

/** What a destination is sent of who reads and consents. */
const all = ['Read', 'entered readers', 'entered targets']

beforeAll(async () => {
  folder = await makeTempFolder('consent')
  crm = await startWebhookReceiver({ secret: keys.webhook })
  closed = await startWebhookReceiver({ secret: keys.webhook, answer: () => (isClosed ? 503 : 200) })
  const port = await findFreePort('127.0.0.1')
  collector = `http://127.0.0.1:${port}`
  runtime = await startRuntime({
    stateDir: join(folder.path, 'state'),
    eventsBatchSeconds: 1,
    workers: [
      { config: collectorConfig, port, vars: { ...localVars, ADMIN_TOKEN: keys.admin } },
      { config: activationConfig, vars: localVars },
    ],
  })
  await administration(collector, keys.admin).publish(workspace())
  await new Promise((resolve) => setTimeout(resolve, 1_500))

  await forAll(persons, (person) => come(collector, person))
  // What somebody did waits at one destination when it is withdrawn: so it is for all who may be delivered at all.
  const allowed = persons.filter(wasAllowed)
  const hasAll = (person: Person): boolean => {
    const taken = takenBy(crm, person)
    return all.every((one) => taken.includes(one))
  }
  await vi.waitFor(() => expect(allowed.filter((person) => !hasAll(person))).toEqual([]), { timeout: 30_000 })
  await forAll(
    persons.filter(({ withdraws }) => withdraws),
    (person) => withdraw(collector, person),
  )
  await forAll(persons, async (person) => {
    answers.set(person.key, await knock(collector, person))
  })
  isClosed = false
  await vi.waitFor(async () => expect(await deliveriesIn(collector, 'pending')).toEqual([]), {
    timeout: 90_000,
    interval: 500,
  })
  skipped = await deliveriesIn(collector, 'skipped')
  await forAll(persons, async (person) => {
    for (const device of devicesOf(person)) profiles.set(device, await profileOf(collector, device))
  })
  const sum = 'message_id, source, purpose, is_granted'
  await vi.waitFor(
    async () => {
      await downloadLake(collector, keys.admin, 'consents', folder.path)
      await downloadLake(collector, keys.admin, 'events', folder.path)
      consents = await queryLake(folder.path, sum, '', 'consents')
      events = await queryLake(folder.path, 'anonymous_id, event, source')
      const last = persons.findLast(({ withdraws }) => withdraws)!
      expect(events).toContainEqual([`${last.key}-s`, decision, `strict-${last.law}`])
    },
    { timeout: 30_000, interval: 1_000 },
  )
}, 240_000)

afterAll(async () => {
  await runtime?.stop()
  for (const receiver of [crm, closed]) await receiver?.stop()
  await folder?.remove()
})

const named = persons.map((person) => [person.key, person] as const)

describe('CO3 the collector takes what its source may have', () => {
  test.each(named)('%s', (key, person) => {
    const expected = isTaken(person) ? undefined : 'consent_denied'
    // A withdrawal is always taken, and nothing after it.
    expect(answers.get(key)).toEqual(person.withdraws ? [expected, undefined, 'consent_denied'] : [expected])
  })
})

test('WI6 what was refused for want of consent is counted, by its source and code', async () => {
  for (const law of laws) {
    const refused = persons
      .filter((person) => person.law === law)
      .flatMap(({ key }) => answers.get(key)!)
      .filter((code) => code === 'consent_denied').length
    const { sources } = await administration(collector, keys.admin).stats()
    const counted = sources
      .filter(({ id }) => id === `strict-${law}`)
      .map(({ rejected }) => rejected.consent_denied ?? 0)
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(refused)
  }
})

describe('CO4 the profile has the strictest of what was said, until the visitor decides anew', () => {
  test.each(named)('%s', (_key, person) => {
    const { state, law, isMerged, withdraws } = person
    const [profile, ...others] = devicesOf(person).map((device) => profiles.get(device)!)
    for (const other of others) expect(other).toEqual(profile)
    const isRefused = withdraws || state === 'denied' || (state === 'private' && law !== 'none')
    const said = isRefused ? 'denied' : state === 'granted' || isMerged ? 'granted' : 'unknown'
    expect(profile!.consent.marketing?.state ?? 'unknown').toBe(said)
    const made = [withdraws && false, isMerged && true, state === 'granted' && true, state === 'denied' && false]
    const withThem = [withdraws, isMerged, state === 'granted', state === 'denied']
    expect(profile!.decisions.map(({ choice }) => choice)).toEqual(
      made.filter((_, at) => withThem[at]).map((marketing) => ({ marketing, analytics: marketing })),
    )
    expect(new Set(profile!.decisions.map((one) => one.law))).toEqual(
      new Set(profile!.decisions.length > 0 ? [law] : []),
    )
  })
})

describe('CO2, CO6 an audience has nobody who does not consent to ALL that it needs', () => {
  test.each(named)('%s', (_key, person) => {
    const ids = profiles.get(devicesOf(person)[0]!)!.audiences.map(({ id }) => id)
    expect(ids).toEqual(wasAllowed(person) && !person.withdraws ? ['readers', 'targets'] : ['readers'])
  })
})

/** What a destination has of a person at last, when all that it was sent is taken in the order in which it came. */
const heldBy = (receiver: WebhookReceiver, person: Person): string[] => {
  const held = new Set<string>()
  for (const [did, audience] of takenBy(receiver, person).map((taken) => taken.split(' '))) {
    if (did === 'entered') held.add(audience!)
    if (did === 'exited') held.delete(audience!)
  }
  return [...held].sort()
}

describe('DE6, CO6 a destination that heard of somebody is told to remove who withdraws, and gets nothing more', () => {
  test.each(named)('%s', (_key, person) => {
    const isAllowed = wasAllowed(person)
    const taken = takenBy(crm, person)
    expect(heldBy(crm, person)).toEqual(isAllowed && !person.withdraws ? ['readers', 'targets'] : [])
    expect(taken.filter((one) => one.startsWith('entered')).sort()).toEqual(
      isAllowed ? ['entered readers', 'entered targets'] : [],
    )
    if (isAllowed && person.withdraws)
      expect(taken.filter((one) => one.startsWith('exited')).sort()).toEqual(['exited readers', 'exited targets'])
    expect(taken.filter((one) => !one.includes(' '))).toEqual(isAllowed ? ['Read'] : [])
  })
})

describe('DE6 what waits while it is withdrawn is not sent', () => {
  test.each(named)('%s', (_key, person) => {
    const isSent = wasAllowed(person) && !person.withdraws
    const taken = takenBy(closed, person)
    expect(taken.filter((one) => !one.startsWith('exited')).sort()).toEqual(isSent ? all : [])
    const ids = idsOf(person)
    const reasons = skipped
      .filter(({ destination, profileId }) => destination === 'closed' && ids.has(profileId))
      .map(({ reason }) => reason ?? '')
    // Nothing was left out but for its consent, and what was left out is told.
    expect(reasons.filter((reason) => !reason.startsWith('consent is '))).toEqual([])
    expect(reasons.length > 0).toBe(!isSent)
  })
})

describe('LA1 the lake has the events that were taken, and a row a purpose of each decision', () => {
  test.each(named)('%s', (key, person) => {
    const device = `${key}-s`
    const its = events.filter(([id]) => id === device).map(([, event]) => event)
    const taken = isTaken(person) ? ['Read'] : []
    expect(its.sort()).toEqual([...taken, ...(person.withdraws ? [decision] : [])].sort())
    const rows = consents.filter(([messageId]) => `${messageId}`.startsWith(`${device} `))
    expect(rows.map(([, source, purpose, isGranted]) => `${source} ${purpose} ${isGranted}`).sort()).toEqual(
      person.withdraws ? ['analytics', 'marketing'].map((purpose) => `strict-${person.law} ${purpose} false`) : [],
    )
  })
})

test('CO6 an exit by withdrawal is emitted within a second of the decision', () => {
  const exits = crm.arrivals.flatMap(({ change }) => (change.type === 'audience.exited' ? [change] : []))
  const byConsent = exits.filter(({ cause }) => cause === 'consent')
  expect(byConsent.length).toBeGreaterThanOrEqual(2 * persons.filter((one) => wasAllowed(one) && one.withdraws).length)
  for (const { emittedAt, effectiveAt } of byConsent) expect(emittedAt - effectiveAt).toBeLessThan(1_000)
})

test.each([
  ['denied', false],
  ['granted', true],
] as const)(
  'AU6, CO4 a device that goes up in somebody who had %s is still a member there: %s',
  async (said, isMember) => {
    const [known, device] = [`${said}-known`, `${said}-device`]
    const open = keyOf('open', 'opt-in')
    await send(collector, open, { device: known, event: decision, says: said })
    await send(collector, open, { device: known, event: 'identify', says: said, userId: said })
    await send(collector, open, { device, event: decision, says: 'granted' })
    await send(collector, open, { device, event: 'Read', says: 'granted' })
    const of = (type: string) =>
      crm.arrivals.filter(
        ({ change }) =>
          change.type === type &&
          change.audience === 'readers' &&
          change.identifiers.some(({ value }) => value === device),
      )
    await expect.poll(() => of('audience.entered').length).toBe(1)
    await send(collector, open, { device, event: 'identify', says: 'granted', userId: said })
    // Whoever knows people by their contacts keeps who stays, and would keep here who must not be sent.
    await expect
      .poll(() => of('audience.exited').map(({ change }) => change.mergedInto?.isMember), { timeout: 20_000 })
      .toEqual([isMember])
  },
)
