import { type Event, identifierKey } from '@spartito/protocol'
import type { AudienceDefinition } from '../audience/condition.ts'
import type { Claimant } from '../visitor/state.ts'
import { day, hour, makeEvent, minute, noon } from './events.ts'
import { createNetwork, createRandom, Fault, type Faults, noFaults, type Routine } from './simulated-network.ts'
import { createSimulatedVisitor, type DeviceAct, type SimulatedVisitor } from './simulated-visitor.ts'
import { planOf } from './visitor.ts'

/** What a run has to judge by: everything that was stored, sent and answered. */
export interface Run {
  seed: number
  visitors: SimulatedVisitor[]
  /** every event that was sent, by messageId, and whether its client was told that it arrived */
  sent: ReadonlyMap<string, { event: Event; address: Claimant; isAcknowledged: boolean }>
  calls: number
  now: number
  log: string[]
  /** of a calm run: what each device was shown with, in the order of the requests */
  shown: ReadonlyMap<string, readonly DeviceAct[]>
}

/** What a run is made of; the seed decides the rest. */
export interface Choices {
  /** no faults, and each request ends before the next begins */
  isCalm?: boolean
  /** persons merge by aliases, and administrators take apart what was joined */
  hasMerges?: boolean
}

export const audiences: AudienceDefinition[] = [
  { id: 'viewers', when: { event: 'Viewed', count: { gte: 2 } } },
  { id: 'fresh', when: { event: 'Viewed', within: 'P1D' } },
  { id: 'buyers', when: { all: [{ event: 'Bought' }, { event: 'Viewed', count: { gte: 3 } }] } },
]

const person = (value: string): Claimant => ({ type: 'user_id', value, class: 'person' })
const contact = (value: string): Claimant => ({ type: 'email', value: `${value}@example.com`, class: 'contact' })
const device = (value: string): Claimant => ({ type: 'anonymous_id', value, class: 'device' })

/** More calls than this for a run of some dozens of requests is a storm. */
const maxCalls = 20_000

/**
 * Runs objects, clients and a faulty network as a seed says, until nothing is left to do.
 *
 * @throws where it never ends, or what no fault explains
 */
export const simulateProtocol = (seed: number, { isCalm = false, hasMerges = false }: Choices = {}): Run => {
  const random = createRandom(seed)
  const persons = ['A', 'B', 'C'].slice(0, 1 + random.below(3)).map(person)
  const contacts = ['e', 'f'].slice(0, random.below(3)).map(contact)
  // Three identifiers at least.
  const fewest = persons.length + contacts.length > 1 ? 1 : 2
  const devices = ['a', 'b', 'c'].slice(0, Math.max(fewest, 1 + random.below(3))).map(device)
  const plan = planOf(audiences)
  const visitors = new Map<string, SimulatedVisitor>()
  const network = createNetwork(random, noon, (at) => {
    log.push(`${network.now - noon} crash ${at}`)
    visitors.get(at)?.forget()
  })
  const log: string[] = []
  const world = {
    network,
    random,
    plan,
    // One run in eight stores states as they are stored, the others save the time.
    isQuick: seed % 8 !== 0,
    visitor: (identifier: { type: string; value: string }) => visitors.get(identifierKey(identifier))!,
  }
  for (const self of [...persons, ...contacts, ...devices])
    visitors.set(identifierKey(self), createSimulatedVisitor(self, world))

  const level = isCalm ? 0 : random.pick([0, 0.3, 1, 3, 6])
  const faults: Faults = { lost: 0.03 * level, unanswered: 0.03 * level, twice: 0.03 * level, crash: 0.004 * level }
  const hasSessionIds = isCalm || random.isLucky(0.7)
  const sent = new Map<string, { event: Event; address: Claimant; isAcknowledged: boolean }>()
  const shown = new Map<string, DeviceAct[]>()
  let made = 0

  /** What a browser knows of itself. */
  const browsers = devices.map((self) => ({
    self,
    session: 1,
    user: undefined as Claimant | undefined,
    isSending: false,
    past: [] as { events: Event[]; address: Claimant }[],
  }))
  type Browser = (typeof browsers)[number]

  const make = (browser: Browser, more: Partial<Event>): Event => {
    const event = makeEvent({
      messageId: `${seed}-${++made}`,
      timestamp: network.now,
      anonymousId: browser.self.value,
      event: random.pick(['Viewed', 'Viewed', 'Bought', 'Searched']),
      ...(hasSessionIds && { context: { sessionId: `${browser.self.value}${browser.session}` } }),
      ...more,
    })
    return event
  }

  function* send(
    events: Event[],
    address: Claimant,
    isVerified: boolean,
    tries: number,
    done?: () => void,
  ): Routine<void> {
    const receivedAt = network.now
    const request = {
      address,
      events: events.map((event) => JSON.stringify({ ...event, receivedAt })),
      receivedAt,
      policy: 'opt-out',
      vouched: isVerified ? ('all' as const) : [],
      hops: 0,
    } as const
    for (let left = tries; left > 0; left--)
      try {
        yield {
          kind: 'call',
          to: identifierKey(address),
          // The collector receives each attempt anew.
          start: () => world.visitor(address).ingest({ ...request, receivedAt: Math.max(receivedAt, network.now) }),
        }
        for (const { messageId } of events) sent.get(messageId)!.isAcknowledged = true
        break
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        yield { kind: 'sleep', ms: random.below(5000) }
      }
    done?.()
  }

  const hostOf = (claimant: Claimant): Claimant => {
    const role = world.visitor(claimant).state?.role
    return role && role.kind !== 'host' ? role.to : claimant
  }
  /** What one request shows of a device, read from the rules: each event with somebody is a proof. */
  const note = (events: readonly Event[], address: Claimant, at: number): void => {
    const [{ anonymousId, context, event, timestamp } = events[0]!] = events
    if (anonymousId === undefined) return
    const key = identifierKey(device(anonymousId))
    const acts = shown.get(key) ?? []
    shown.set(key, acts)
    if (address.class === 'device') {
      acts.push({
        kind: 'events',
        events: [...events],
        at,
        attempt: { doneAfter: acts.length + 1 },
        stillHere: new Set(),
      })
      return
    }
    const claimant = hostOf(address)
    const sessionId = context?.sessionId
    const session = { id: typeof sessionId === 'string' ? sessionId : null, at: timestamp }
    const mergeId = `${acts.length}`
    acts.push({ kind: 'claim', message: { kind: 'claim', mergeId, claimant, verified: false, at, session } })
    if (event === 'Signed Out') acts.push({ kind: 'release', owner: claimant, at })
  }

  /** An administrator takes apart what joined somebody, if anything did. */
  const separate = (): void => {
    const joined = [...visitors.values()].flatMap(({ self, state }) =>
      state?.role.kind === 'linked' ? [{ self, role: state.role }] : [],
    )
    if (joined.length === 0) return
    const { self, role } = random.pick(joined)
    log.push(`${network.now - noon} ${identifierKey(self)} is taken out of ${identifierKey(role.to)}`)
    const merge = { holder: role.to, into: role.to, unmerges: role.mergeId }
    network.spawn('client', world.visitor(self).separate(merge))
  }

  let requested: { events: Event[]; address: Claimant } | undefined
  const request = (browser: Browser): void => {
    requested = undefined
    let isAlias = false
    const { self } = browser
    const kind = random.below(20)
    let address = self
    let events: Event[]
    if (kind < 8)
      events = Array.from({ length: 1 + random.below(3) }, () =>
        make(browser, random.isLucky(0.05) ? { event: 'Signed Out' } : {}),
      )
    else if (kind < 14 || (kind < 17 && contacts.length === 0)) {
      if (!browser.user || random.isLucky(0.3)) browser.user = random.pick(persons)
      address = browser.user
      const userId = address.value
      const email = contacts.length > 0 && random.isLucky(0.2) ? random.pick(contacts).value : undefined
      events = [make(browser, { userId, ...(email && { type: 'identify', traits: { email } }) })]
    } else if (kind < 17) {
      address = random.pick(contacts)
      events = [make(browser, { type: 'identify', traits: { email: address.value } })]
      if (random.isLucky(0.5)) for (const event of events) delete event.anonymousId
    } else if (kind < 19 && browser.user) {
      address = browser.user
      events = [make(browser, { event: 'Signed Out', userId: address.value })]
      browser.user = undefined
      if (random.isLucky(0.3)) browser.session++
    } else if (kind < 20 && hasMerges && persons.length > 1 && random.isLucky(0.6)) {
      if (random.isLucky(0.4)) {
        separate()
        return
      }
      address = random.pick(persons)
      const previousId = random.pick(persons).value
      events = [make(browser, { type: 'alias', userId: address.value, previousId })]
      for (const event of events) delete event.anonymousId
      isAlias = true
    } else {
      // A late copy of what was sent before.
      const past = random.pick(browser.past)
      if (!past) return
      requested = past.address.class === 'device' ? past : undefined
      log.push(
        `${network.now - noon} copy of ${past.events.map(({ messageId }) => messageId)} to ${identifierKey(past.address)}`,
      )
      network.spawn('client', send(past.events, past.address, false, 1))
      return
    }
    for (const event of events) sent.set(event.messageId, { event, address, isAcknowledged: false })
    const shown = events.map(
      ({ messageId, event, type, context }) =>
        `${messageId} ${type === 'track' ? event : type} ${context?.sessionId ?? ''}`,
    )
    log.push(`${network.now - noon} ${identifierKey(self)} sends ${shown.join(', ')} to ${identifierKey(address)}`)
    requested = { events, address }
    browser.past.push(requested)
    browser.isSending = true
    const done = (): void => {
      browser.isSending = false
    }
    network.spawn(
      'client',
      send(events, address, random.isLucky(0.1) || isAlias, isCalm ? 1 : random.pick([1, 3, 10]), done),
    )
  }

  /** Lets what is under way go on. @param until whether that is enough */
  const settle = (until: () => boolean): void => {
    while (!until()) {
      if (network.calls > maxCalls) throw new Error('a storm of messages')
      if (!network.isIdle) network.step()
      else {
        const dueAt = Math.min(network.wakesAt, ...[...visitors.values()].map((its) => its.dueAt))
        if (dueAt === Number.POSITIVE_INFINITY) return
        // Also by nothing: who sleeps until now wakes.
        network.passTime(Math.max(0, dueAt - network.now))
      }
      for (const visitor of visitors.values()) if (visitor.dueAt <= network.now) visitor.startAlarm()
    }
  }
  const hasClaims = (): boolean =>
    [...visitors.values()].some(({ state }) => Object.keys(state?.claims ?? {}).length > 0)
  const isQuiet = (): boolean => network.isIdle && network.wakesAt === Number.POSITIVE_INFINITY && !hasClaims()

  network.withFaults(faults)
  const requests = 4 + random.below(24)
  for (let left = requests; left > 0; left--) {
    const browser = random.pick(browsers)
    const requestedAt = network.now
    if (!browser.isSending) request(browser)
    if (isCalm) {
      settle(isQuiet)
      if (requested) note(requested.events, requested.address, requestedAt)
    } else {
      let steps = random.pick([0, 3, 10, 40, 200])
      settle(() => network.isIdle || steps-- <= 0)
    }
    const gap = random.below(12)
    if (gap < 3) network.passTime(random.below(20) * minute)
    else if (gap < 5) {
      // No client tries for days; what the objects have to do among themselves may take as long.
      settle(() => browsers.every(({ isSending }) => !isSending))
      network.passTime(random.pick([hour, 3 * hour, 2 * day, isCalm ? 33 * day : 20 * day, 33 * day, 95 * day]))
      for (const its of browsers) its.session++
    }
    if (gap === 5) browser.session++
  }
  network.withFaults(noFaults)
  settle(isQuiet)
  // What nobody was told of is sent once more, as a client does that starts again.
  for (const browser of browsers)
    for (const { events, address } of browser.past)
      if (events.some(({ messageId }) => !sent.get(messageId)!.isAcknowledged) && random.isLucky(0.7))
        network.spawn('client', send(events, address, false, 1))
  settle(isQuiet)
  network.passTime(7 * day)
  settle(() => false)
  return { seed, visitors: [...visitors.values()], sent, calls: network.calls, now: network.now, log, shown }
}
