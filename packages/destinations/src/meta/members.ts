import type { Delivery } from '../delivery.ts'
import { personOf } from '../identifiers/person.ts'
import { isStillMember, stillMember } from '../identifiers/still-member.ts'
import { hashedEmail, hashedPhone } from './hashed.ts'
import type { MetaSettings } from './settings.ts'

export type ChangeDelivery = Extract<Delivery, { kind: 'change' }>

export const customAudienceOf = (
  { change }: ChangeDelivery,
  { customAudiences = {} }: MetaSettings,
): string | undefined =>
  Object.hasOwn(customAudiences, change.audience) ? customAudiences[change.audience] : undefined

export const skipChange = (delivery: ChangeDelivery, settings: MetaSettings): string | undefined => {
  if (customAudienceOf(delivery, settings) === undefined)
    return `the settings name no custom audience for ${delivery.change.audience}`
  if (isStillMember(delivery)) return stillMember
  const { emails, phones } = personOf(delivery)
  return emails.length + phones.length === 0
    ? 'the profile has neither an e-mail address nor a telephone number'
    : undefined
}

/** The rows of one profile: an address and a number each, with an empty text where one has fewer of them. */
const rowsOf = (delivery: ChangeDelivery): [email: string, phone: string][] => {
  const { emails, phones } = personOf(delivery)
  return Array.from({ length: Math.max(emails.length, phones.length) }, (_, i) => [
    emails[i] === undefined ? '' : hashedEmail(emails[i]),
    phones[i] === undefined ? '' : hashedPhone(phones[i]),
  ])
}

/** Members to add or to remove (https://developers.facebook.com/docs/marketing-api/reference/custom-audience/users, read 2026-11-22). */
export const membersOf = (deliveries: readonly ChangeDelivery[]) => ({
  schema: ['EMAIL', 'PHONE'],
  data: deliveries.flatMap(rowsOf),
})
