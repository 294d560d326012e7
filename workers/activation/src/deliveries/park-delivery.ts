import type { DeliveryOutcome, TakenDelivery } from '@spartito/engine'
import { parkedName } from '../parked/parked-name.ts'

/** Where a parked delivery lies in the bucket: which it is, say its body and the list, and no key (SPEC DE4). */
export const parkedKey = (destination: string, id: string): string =>
  `parked/deliveries/${destination}/${parkedName(id)}.json`

/** A parked delivery as it lies there: the reason, and all that a replay needs. */
export interface ParkedDelivery extends Omit<TakenDelivery, 'delivery'> {
  id: string
  destination: string
  reason: string
  status: number | null
  attempts: number
  parkedAt: number
  kind: 'change' | 'event'
  profileId: string
  change?: object
  event?: object
}

export const parkedBody = ({ delivery, ...about }: TakenDelivery, outcome: DeliveryOutcome): string => {
  const { destination, reason, status, attempts, at } = outcome
  return JSON.stringify({ ...delivery, ...about, destination, reason, status, attempts, parkedAt: at })
}

export const unparkedItem = (body: string): TakenDelivery => {
  const { kind, id, profileId, change, event, visitor, policy, version } = JSON.parse(body) as ParkedDelivery
  const what = kind === 'change' ? { change } : { event }
  return { delivery: { kind, id, profileId, ...what }, visitor, policy, version } as TakenDelivery
}
