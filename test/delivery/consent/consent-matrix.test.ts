import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebhookReceiver } from '../../support/webhook-receiver.ts'
import { devicesOf } from './live.ts'
import { decision, isTaken, keyOf, laws, type Person, persons, send, wasAllowed } from './persons.ts'
import { all, type Matrix, startMatrix, takenBy } from './start-matrix.ts'

let matrix: Matrix

beforeAll(async () => {
  matrix = await startMatrix()
}, 240_000)

afterAll(() => matrix?.stop())

const profileOf = (device: string) => matrix.profiles.get(device)!

const named = persons.map((person) => [person.key, person] as const)

describe('CO3 the collector takes what its source may have', () => {
  test.each(named)('%s', (key, person) => {
    const expected = isTaken(person) ? undefined : 'consent_denied'
    // A withdrawal is always taken, and nothing after it.
    expect(matrix.answers.get(key)).toEqual(person.withdraws ? [expected, undefined, 'consent_denied'] : [expected])
  })
})

test('WI6 what was refused for want of consent is counted, by its source and code', async () => {
  for (const law of laws) {
    const refused = persons
      .filter((person) => person.law === law)
      .flatMap(({ key }) => matrix.answers.get(key)!)
      .filter((code) => code === 'consent_denied').length
    const { sources } = await matrix.admin.stats()
    const counted = sources
      .filter(({ id }) => id === `strict-${law}`)
      .map(({ rejected }) => rejected.consent_denied ?? 0)
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(refused)
  }
})

describe('CO4 the profile has the strictest of what was said, until the visitor decides anew', () => {
  test.each(named)('%s', (_key, person) => {
    const { state, law, isMerged, withdraws } = person
    const [profile, ...others] = devicesOf(person).map((device) => profileOf(device))
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
    const ids = profileOf(devicesOf(person)[0]!).audiences.map(({ id }) => id)
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
    const taken = takenBy(matrix.crm, person)
    expect(heldBy(matrix.crm, person)).toEqual(isAllowed && !person.withdraws ? ['readers', 'targets'] : [])
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
    const taken = takenBy(matrix.closed, person)
    expect(taken.filter((one) => !one.startsWith('exited')).sort()).toEqual(isSent ? all : [])
    const ids = new Set(devicesOf(person).map((device) => profileOf(device).profileId))
    const reasons = matrix.skipped
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
    const its = matrix.events.filter(([id]) => id === device).map(([, event]) => event)
    const taken = isTaken(person) ? ['Read'] : []
    expect(its.sort()).toEqual([...taken, ...(person.withdraws ? [decision] : [])].sort())
    const rows = matrix.consents.filter(([messageId]) => `${messageId}`.startsWith(`${device} `))
    expect(rows.map(([, source, purpose, isGranted]) => `${source} ${purpose} ${isGranted}`).sort()).toEqual(
      person.withdraws ? ['analytics', 'marketing'].map((purpose) => `strict-${person.law} ${purpose} false`) : [],
    )
  })
})

test('CO6 an exit by withdrawal is emitted within a second of the decision', () => {
  const exits = matrix.crm.arrivals.flatMap(({ change }) => (change.type === 'audience.exited' ? [change] : []))
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
    await send(matrix.collector, open, { device: known, event: decision, says: said })
    await send(matrix.collector, open, { device: known, event: 'identify', says: said, userId: said })
    await send(matrix.collector, open, { device, event: decision, says: 'granted' })
    await send(matrix.collector, open, { device, event: 'Read', says: 'granted' })
    const of = (type: string) =>
      matrix.crm.arrivals.filter(
        ({ change }) =>
          change.type === type &&
          change.audience === 'readers' &&
          change.identifiers.some(({ value }) => value === device),
      )
    await expect.poll(() => of('audience.entered').length).toBe(1)
    await send(matrix.collector, open, { device, event: 'identify', says: 'granted', userId: said })
    // Whoever knows people by their contacts keeps who stays, and would keep here who must not be sent.
    await expect
      .poll(() => of('audience.exited').map(({ change }) => change.mergedInto?.isMember), { timeout: 20_000 })
      .toEqual([isMember])
  },
)
