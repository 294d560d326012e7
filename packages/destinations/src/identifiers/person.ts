import { normalizeAs } from '@spartito/engine'
import { isObject } from '@spartito/protocol'
import type { Delivery } from '../delivery.ts'

/** What a delivery says of who somebody is, each list without repetition and in the order in which it is said. */
export interface Person {
  userIds: string[]
  anonymousIds: string[]
  /** as ID1 has them: lower case, the domain in ASCII */
  emails: string[]
  /** E.164, with `+` */
  phones: string[]
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const distinct = (values: readonly unknown[]): string[] => [...new Set(values.filter(isText))]

const fieldOf = (object: unknown, name: string): unknown => (isObject(object) ? object[name] : undefined)

/** Where events carry contacts by custom: traits of an identify, of RudderStack's context, and properties of a form. */
const contactsOf = (delivery: Extract<Delivery, { kind: 'event' }>, type: 'email' | 'phone'): string[] => {
  const { traits, properties, context } = delivery.event
  const said = [traits, context?.traits, properties].map((object) => fieldOf(object, type))
  return distinct(said.map((value) => normalizeAs({ type }, value)))
}

/** Who a delivery is about: of a change by its identifiers, of an event by what it carries itself. */
export const personOf = (delivery: Delivery): Person => {
  if (delivery.kind === 'event') {
    const { userId, anonymousId } = delivery.event
    return {
      userIds: distinct([userId]),
      anonymousIds: distinct([anonymousId]),
      emails: contactsOf(delivery, 'email'),
      phones: contactsOf(delivery, 'phone'),
    }
  }
  const of = (type: string): string[] =>
    distinct(delivery.change.identifiers.filter((one) => one.type === type).map(({ value }) => value))
  return { userIds: of('user_id'), anonymousIds: of('anonymous_id'), emails: of('email'), phones: of('phone') }
}
