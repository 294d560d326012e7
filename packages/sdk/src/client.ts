import type { EventType } from '@spartito/protocol'
import type { Choice, Client, IdentifyOptions, Topics } from './client-api.ts'
import type { Config } from './config.ts'
import { createGate } from './consent/gate.ts'
import { createDataLayer } from './data-layer/data-layer.ts'
import { createRows, stateKey } from './delivery/event-rows.ts'
import { createSender } from './delivery/sender.ts'
import { createEmitter } from './emitter.ts'
import { createIdentity, type DeviceState } from './identity/identity.ts'
import { createTokens, type TokenField } from './identity/tokens.ts'
import { createUlid } from './identity/ulid.ts'
import type { AnyPlan, Properties } from './plan.ts'
import type { Ports } from './ports.ts'
import { within } from './within.ts'

/**
 * The client of a site or app: takes calls, holds them until consent, keeps them durably, sends them once.
 * Nothing is written or requested before consent allows it, and nothing it does throws into the page.
 *
 * @see SPEC.md CO5, QU1–QU4
 */
export const createClient = <Plan = AnyPlan>(config: Config, ports: Ports): Client<Plan> => {
  const emitter = createEmitter()
  const newId = createUlid(ports)
  const rows = createRows(ports)
  const identity = createIdentity(ports, newId, (json) => rows.put(stateKey, json))
  const tokens = createTokens()
  const token = (): TokenField => tokens.of(identity.state().userId)
  const sender = createSender(config, ports, rows, token, (answer, lastEvent) => {
    const { anonymousId, audiences } = identity.state()
    const ids = answer.profile?.audiences
    // an answer that comes after a reset is about who was here before
    if (Array.isArray(ids) && lastEvent.includes(`"${anonymousId}"`) && `${ids}` !== `${audiences}`)
      identity.write({ audiences: ids })
    announce()
    emitter.emit('answer', answer)
  })
  const gate = createGate(config, ports, identity, rows, sender, () => prepared)

  const told: Record<string, string> = {}
  /** Tells listeners what has changed, whoever changed it: this page, an answer, another tab. */
  const announce = (): void => {
    for (const topic of ['audiences', 'consent'] as const) {
      const news = client[topic]() as Topics[typeof topic][0]
      const text = JSON.stringify(news)
      if (text !== told[topic]) {
        told[topic] = text
        emitter.emit(topic, news as never)
      }
    }
  }

  let stamped: DeviceState | Choice | undefined
  let stamp: string
  /**
   * Records an event. Its text is made at once: the page may change its objects later. What is known only when the gate
   * is open comes in then, where the text was left open: at the end of the context, which is its last part.
   *
   * @param decided the choice that the event records: it may be held while a later one is made
   */
  const record = (type: EventType, fields: Properties, newUserId?: unknown, decided?: Choice): void => {
    const messageId = newId()
    const event = JSON.stringify({ messageId, type, ...fields, originalTimestamp: ports.now() })
    const text = `${event.slice(0, -1)},"context":${ports.context().slice(0, -1)}`
    gate.pass(() => {
      if (newUserId) identity.write({ userId: `${newUserId}` })
      const state = identity.touch()
      // while the gate is open, what is so around events changes with the state's object alone
      if (decided || state !== stamped) {
        stamped = decided ?? state
        const { anonymousId, userId, sessionId, campaign } = state
        const context = JSON.stringify({
          sessionId,
          campaign,
          consent: { categoryPreferences: decided ?? gate.choice() },
        })
        stamp = `${context.slice(1)},${JSON.stringify({ anonymousId, userId }).slice(1)}`
      }
      rows.put(messageId, `${text},${stamp}`)
      sender.schedule()
    })
  }

  const track = (event: string, properties?: Properties): void => record('track', { event, properties })
  // QU4: a call that cannot be carried out is dropped and counted: a cycle, a BigInt, a getter or listener that throws
  const fail = (): void => sender.drop('error')
  const push = createDataLayer(emitter, track, fail)

  const client: Client = {
    push,
    track,
    page: (name, properties) => record('page', { name, properties }),
    screen: (name, properties) => record('screen', { name, properties }),
    identify: (userId: string | number | Properties, traits?: Properties, options?: IdentifyOptions) => {
      tokens.take(userId, options)
      return typeof userId === 'object'
        ? record('identify', { traits: userId ?? traits })
        : record('identify', { traits }, userId)
    },
    group: (groupId, traits) => record('group', { groupId, traits }),
    alias: (userId, previousId) => record('alias', { previousId }, userId),
    reset: () => {
      tokens.forget()
      gate.pass(() => {
        identity.write({ anonymousId: newId(), userId: undefined, sessionId: undefined, audiences: undefined })
        announce()
      })
    },
    consent(given, details) {
      // what was decided, not what silence means: the first decision is one even if it changes nothing
      const choice: Choice = { ...identity.state().consent }
      let isNew = false
      for (const purpose in given) {
        // nothing but true grants: "denied" and 1 come from pages too
        const isGranted = given[purpose] === true
        isNew ||= choice[purpose] !== isGranted
        choice[purpose] = isGranted
      }
      if (isNew) {
        const wasOpen = gate.allows()
        if (wasOpen) identity.write({ consent: choice })
        else {
          identity.state().consent = choice
          gate.settle()
        }
        record('track', { event: 'Segment Consent Preference Updated', properties: details }, 0, gate.choice())
        // a withdrawal wipes what is queued, but the collector has to learn of it, and whose it is (CO6)
        const decision = rows.own().at(-1)!
        gate.settle()
        if (wasOpen) rows.put(...decision)
        announce()
      }
      return gate.choice()
    },
    audiences: () => identity.state().audiences ?? [],
    on(topic, listener) {
      const stop = emitter.on(topic, listener)
      if (topic === 'audiences') (listener as (ids: readonly string[]) => void)(client.audiences())
      return stop
    },
    ready: (listener) => listener(),
    forget() {
      tokens.forget()
      gate.restart()
      announce()
    },
    flush: sender.flush,
  }
  const guard =
    <Input extends unknown[], Output>(method: (...input: Input) => Output) =>
    (...input: Input): Output | undefined => {
      try {
        return method(...input)
      } catch {
        fail()
        // a withdrawal whose record cannot be made is one all the same
        gate.settle()
        return undefined
      }
    }
  const methods = client as unknown as Record<string, (...input: never[]) => unknown>
  for (const name in methods) methods[name] = guard(methods[name]!)

  const change = (): void => {
    const { anonymousId } = identity.state()
    identity.refresh()
    // another tab has forgotten the visitor: this one must not go on with the old id
    if (anonymousId && !identity.state().anonymousId) gate.restart(identity.state().consent)
    gate.settle()
    announce()
  }
  change()
  ports.watch({
    change: guard(change),
    leave: guard(() => {
      push()
      gate.hurry()
      sender.leave()
    }),
    wake: guard(() => {
      change()
      sender.wake()
    }),
  })
  // read by the gate in a later task, and waited for there: what waits for a choice itself may take as long
  const prepared = (async () => ports.prepare?.(client, identity.adopt))()
  // from here on the data layer is read: what is prepared may listen to all of it
  void within(ports.timer, () => prepared).then(() => push())
  return client as unknown as Client<Plan>
}
