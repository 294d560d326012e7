import type { BenchOptions } from '../area.ts'
import { difference } from '../collector/bill.ts'
import { withCountedRun } from '../collector/counted-run.ts'
import { postBatch } from '../collector/post-batch.ts'
import type { Row } from '../row.ts'
import { allOf } from './all-of.ts'
import { costsOf, type RequestCosts } from './request-costs.ts'

/** SPEC ID10. */
const maxDevices = 20
/** Refusals that a profile lists; with the devices they are what it has more of until it is full. */
const maxRefusals = 100
const full = maxDevices + maxRefusals
const parts = 10
const clients = 8
const userId = 'crowd'

/** What the first tenth of the requests past the limits costs, and the last; and what all of them left. */
export interface Crowd {
  devices: number
  /** that the profile has in the end */
  held: number
  /** events that it has in the end */
  events: number
  /** other objects that were called, over all */
  asked: number
  first: RequestCosts
  last: RequestCosts
}

export const rowsOf = ({ devices, held, events, asked, first, last }: Crowd): Row[] => {
  const crowd = `${devices.toLocaleString('en')} devices claim one user`
  const growth = (what: string, unit: Row['unit'], cost: keyof RequestCosts): Row => ({
    what: `${crowd}, ${what} of the last tenth past the limits`,
    value: last[cost],
    unit,
    peer: { what: 'of the first', value: first[cost] },
    ratio: last[cost] / first[cost],
    budget: { kind: 'at most', limit: 1.5, tolerance: 0 },
  })
  const exactly = (what: string, value: number, limit: number): Row => ({
    what: `${crowd}, ${what}`,
    value,
    unit: 'count',
    budget: { kind: 'at most', limit, tolerance: 0 },
  })
  return [
    exactly('events that are not in its profile', devices - events, 0),
    exactly('devices that it has in the end', held, maxDevices),
    // A claim that fails is asked again, so there may be a few more than devices; a storm would be thousands.
    exactly('calls of other objects over all', asked, 2 * maxDevices),
    growth('object calls a request', 'calls', 'calls'),
    growth('rows a request', 'rows', 'rows'),
    growth('text stored a request', 'KB', 'storedKb'),
  ]
}

/** Devices without end that claim one user: each event is taken, the limit holds, and the last costs what the first did (ID10). */
export const measureManyDevices = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const devices = short ? 300 : 10_000
  log(`${devices} devices claim one user`)
  return withCountedRun(undefined, async ({ spartito: { collector, admin }, read }) => {
    const claim = (from: number, to: number): Promise<void> =>
      allOf(to - from, clients, (n) => {
        const device = from + n
        const ids = { anonymousId: `crowd-device${device}`, userId }
        return postBatch(collector, [{ messageId: `crowd${device}`, name: 'identify', at: Date.now(), ...ids }])
      })
    const counts = async () => (await read()).collector
    const atStart = await counts()
    await claim(0, full)
    const costs: RequestCosts[] = []
    const borders = Array.from({ length: parts + 1 }, (_, part) => Math.round(full + ((devices - full) * part) / parts))
    for (let part = 0; part < parts; part++) {
      const [from, to] = [borders[part]!, borders[part + 1]!]
      const before = await counts()
      await claim(from, to)
      costs.push(costsOf(difference(await counts(), before), to - from))
    }
    const { objects } = difference(await counts(), atStart)
    const profile = (await admin.profile({ type: 'user_id', value: userId }))!
    return rowsOf({
      devices,
      held: profile.identifiers.filter(({ type }) => type === 'anonymous_id').length,
      events: Object.values(profile.events).reduce((sum, { count }) => sum + count, 0),
      asked: objects.Visitor!.requests - objects.Visitor!.alarmRuns - devices,
      first: costs[0]!,
      last: costs.at(-1)!,
    })
  })
}
