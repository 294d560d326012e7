import { eventName, isObject, type JsonObject } from '@spartito/protocol'
import type { Attempt, Delivery } from '../delivery.ts'
import type { DestinationAnswer, DestinationKind } from '../destination-kind.ts'
import { personOf } from '../identifiers/person.ts'
import { readAnswer } from '../read-answer.ts'
import { deletion } from './deletion.ts'
import { isEventName, isUserPropertyName, recommendedNames, snakeCase } from './names.ts'
import { parametersOf } from './parameters.ts'
import { type Ga4Settings, ga4Settings } from './settings.ts'

/** Events may be dated back 72 hours; a delivery may itself be 24 hours old. */
const maxLateMs = 48 * 3_600_000

const clientIdOf = (delivery: Delivery): string | undefined => {
  const integration = delivery.kind === 'event' ? delivery.event.integrations?.['Google Analytics 4'] : undefined
  const said = isObject(integration) ? integration.clientId : undefined
  return typeof said === 'string' && said !== '' ? said : personOf(delivery).anonymousIds[0]
}

const nameOf = (delivery: Delivery, { names = {} }: Ga4Settings): string => {
  if (delivery.kind === 'change')
    return delivery.change.type === 'audience.entered' ? 'audience_entered' : 'audience_exited'
  const own = eventName(delivery.event)
  return names[own] ?? recommendedNames[own] ?? snakeCase(own)
}

const skip = (delivery: Delivery, settings: Ga4Settings): string | undefined => {
  if (delivery.kind === 'event') {
    const { type, receivedAt, timestamp } = delivery.event
    if (type === 'identify' || type === 'group' || type === 'alias') return `GA4 has no event for ${type}`
    if (receivedAt - timestamp > maxLateMs) return 'it is older than the 72 hours that GA4 takes'
  }
  const name = nameOf(delivery, settings)
  if (!isEventName(name)) return `"${name}" is no event name of GA4: map it in the setting names`
  return clientIdOf(delivery) === undefined ? 'it has no anonymousId, which GA4 needs as client_id' : undefined
}

/** `in_<audience>`, where its name fits into the 24 characters of a user property. */
const membershipOf = (delivery: Delivery): JsonObject => {
  if (delivery.kind !== 'change') return {}
  const name = `in_${delivery.change.audience.replaceAll('-', '_')}`
  return isUserPropertyName(name) ? { [name]: { value: String(delivery.change.type === 'audience.entered') } } : {}
}

const eventOf = (delivery: Delivery, settings: Ga4Settings): JsonObject => {
  const at = delivery.kind === 'change' ? delivery.change.effectiveAt : delivery.event.timestamp
  return {
    name: nameOf(delivery, settings),
    params: delivery.kind === 'change' ? { audience: delivery.change.audience } : parametersOf(delivery.event),
    timestamp_micros: at * 1_000,
  }
}

const consentOf = ({ consent }: Ga4Settings): JsonObject => {
  const told = { ad_user_data: consent?.adUserData, ad_personalization: consent?.adPersonalization }
  const decided = Object.entries(told).filter(
    (entry): entry is [string, 'granted' | 'denied'] => entry[1] !== undefined,
  )
  return decided.length === 0
    ? {}
    : { consent: Object.fromEntries(decided.map(([name, state]) => [name, state.toUpperCase()])) }
}

const hosts = { global: 'www.google-analytics.com', eu: 'region1.google-analytics.com' } as const

/** Of a test the validation server answers 200 with what is wrong; of that the code alone is told, since the rest may repeat what was sent. */
const readValidation = (answer: DestinationAnswer, now: number): Attempt => {
  const attempt = readAnswer(answer, now)
  if (attempt.outcome !== 'delivered') return attempt
  try {
    const { validationMessages = [] } = JSON.parse(answer.body) as {
      validationMessages?: { validationCode?: unknown }[]
    }
    if (validationMessages.length === 0) return attempt
    const code = String(validationMessages[0]!.validationCode)
    return {
      outcome: 'refused',
      reason: `GA4 finds fault: ${/^[A-Z_]{1,50}$/.test(code) ? code : 'no code'}`,
      status: answer.status,
    }
  } catch {
    // Not the validation server's answer, so it says nothing against the event.
    return attempt
  }
}

/**
 * Google Analytics 4 by the Measurement Protocol: events as GA4 names them, changes as `audience_entered` and `audience_exited` with a user
 * property. https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference and …/sending-events, read 2026-11-22: one
 * client a request, 25 events, 25 parameters, 130 KB. Google answers 2xx whatever it is sent; a test asks the validation server.
 */
export const ga4: DestinationKind<Ga4Settings> = {
  type: 'ga4',
  schema: ga4Settings,
  secretNames: () => ['secret'],
  takes: ['change', 'event'],
  maxBatch: 25,
  maxBatchBytes: 100_000,
  group: (delivery) => JSON.stringify([clientIdOf(delivery), personOf(delivery).userIds[0], delivery.isTest]),
  skip,
  request(deliveries, settings, { secret }) {
    const [{ isTest }] = deliveries
    const query = new URLSearchParams({ measurement_id: settings.measurementId, api_secret: secret! })
    const [userId] = personOf(deliveries[0]).userIds
    const memberships: JsonObject = Object.assign({}, ...deliveries.map(membershipOf))
    return {
      method: 'POST',
      url: `https://${hosts[settings.region ?? 'global']}/${isTest ? 'debug/' : ''}mp/collect?${query}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: clientIdOf(deliveries[0]),
        ...(userId !== undefined && { user_id: userId }),
        ...(Object.keys(memberships).length > 0 && { user_properties: memberships }),
        ...consentOf(settings),
        ...(isTest && { validation_behavior: 'ENFORCE_RECOMMENDATIONS' }),
        events: deliveries.map((delivery) => eventOf(delivery, settings)),
      }),
    }
  },
  read(answer, deliveries, now) {
    const attempt = deliveries[0]?.isTest ? readValidation(answer, now) : readAnswer(answer, now)
    return deliveries.map(() => attempt)
  },
  deletion,
}
