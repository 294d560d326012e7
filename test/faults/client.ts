import { setTimeout as wait } from 'node:timers/promises'
import { basic, keys } from '../support/keys.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import type { Journal } from './journal.ts'

export interface ClientOptions {
  /** in the ids of all that it makes */
  name: string
  collector: string
  random: SeededRandom
  journal: Journal
  /** false: it starts no further batch */
  goesOn: () => boolean
}

/** A profile shows its 50 newest events: a person stays below, so that each of its events can be looked for. */
const maxEventsOfDevice = 20
const devicesOfUser = 2
const openDevices = 3
const requestWithinMs = 10_000

interface Device {
  anonymousId: string
  userId: string | undefined
  events: number
}

interface WireEvent {
  messageId: string
  type: string
  event?: string
  anonymousId: string
  userId?: string
  traits?: Record<string, string>
  properties?: Record<string, number | string>
  timestamp: string
}

const trackNames = ['Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Clicked', 'Cart Viewed']

/**
 * A client as the tag is one: it sends batches of one to five events with messageIds, keeps a batch until it hears 2xx,
 * and repeats it with the same events. Its visitors browse, some sign in, some on two devices; a device signs in once.
 */
export const runClient = async ({ name, collector, random, journal, goesOn }: ClientOptions): Promise<void> => {
  const devices: Device[] = []
  let made = 0
  let deviceCount = 0
  let userCount = 0
  let userDevices = devicesOfUser

  const newDevice = (): Device => ({ anonymousId: `${name}-device-${++deviceCount}`, userId: undefined, events: 0 })

  /** A user whose devices are not all signed in takes the next. */
  const signIn = (device: Device): string => {
    if (userDevices >= devicesOfUser) {
      userCount++
      userDevices = 0
    }
    userDevices++
    device.userId = `${name}-user-${userCount}`
    return device.userId
  }

  const makeEvent = (device: Device): WireEvent => {
    const messageId = `${name}-${++made}`
    const isSignIn = device.userId === undefined && device.events > 3 && random.chance(0.06)
    const userId = isSignIn ? signIn(device) : device.userId
    device.events++
    const event: WireEvent = {
      messageId,
      type: 'track',
      anonymousId: device.anonymousId,
      ...(userId === undefined ? {} : { userId }),
      timestamp: new Date(Date.now() - random.between(0, 400)).toISOString(),
    }
    if (isSignIn || (userId !== undefined && random.chance(0.08))) {
      event.type = 'identify'
      event.traits = { plan: random.pick(['free', 'pro']), email: `${userId}@example.com` }
    } else if (random.chance(0.1)) event.type = 'page'
    else {
      event.event = random.chance(0.04) ? 'Order Completed' : random.pick(trackNames)
      event.properties = { price: random.between(1, 900), sku: `sku-${random.between(1, 50)}` }
    }
    const journalName = event.type === 'track' ? event.event! : event.type
    const { anonymousId } = device
    journal.events.set(messageId, { messageId, name: journalName, anonymousId, userId, isAcknowledged: false })
    return event
  }

  const post = async (batch: readonly WireEvent[]): Promise<boolean> => {
    let response: Response
    try {
      response = await fetch(`${collector}/v1/batch`, {
        method: 'POST',
        headers: { authorization: basic(keys.browser), 'content-type': 'text/plain' },
        body: JSON.stringify({ sentAt: new Date().toISOString(), batch }),
        signal: AbortSignal.timeout(requestWithinMs),
      })
      const answer = (await response.json()) as { accepted: number; duplicate: number; rejected: unknown[] }
      if (response.status === 503) return false
      if (response.status === 200 && answer.accepted + answer.duplicate === batch.length) {
        journal.duplicates += answer.duplicate
        return true
      }
      journal.faults.push(`${name}: a good batch was answered ${response.status} ${JSON.stringify(answer)}`)
      return true
    } catch {
      // The collector was killed, or is not up again: the batch stays and is sent again.
      return false
    }
  }

  const deliver = async (batch: readonly WireEvent[]): Promise<void> => {
    while (!(await post(batch))) {
      journal.retries++
      await wait(random.between(50, 300))
    }
    for (const { messageId } of batch) journal.events.get(messageId)!.isAcknowledged = true
  }

  while (goesOn()) {
    while (devices.length < openDevices) devices.push(newDevice())
    const device = random.pick(devices)
    const size = Math.min(random.between(1, 5), maxEventsOfDevice - device.events)
    await deliver(Array.from({ length: size }, () => makeEvent(device)))
    if (device.events >= maxEventsOfDevice) devices.splice(devices.indexOf(device), 1)
    await wait(random.between(10, 120))
  }
}
