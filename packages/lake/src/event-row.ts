import { isTooLate } from '@spartito/engine'
import { type Event, isObject, type RefusalCode } from '@spartito/protocol'
import type { Row } from './column.ts'

/** An event with what its transport knows of it. */
export interface LakeEvent {
  event: Event
  /** empty when no profile has it */
  profileId: string
  /** why no profile has it */
  code?: RefusalCode
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A group of the context, such as `campaign`. */
const group = (event: Event, name: string): Readonly<Record<string, unknown>> => {
  const values = event.context?.[name]
  return isObject(values) ? values : {}
}

/** Clients write a session as text or, as RudderStack's do, as a number. */
const session = (event: Event): string | null => {
  const id = event.context?.sessionId
  return typeof id === 'number' ? String(id) : text(id)
}

/** Of a page call that names no page in its context: its properties do (Segment's specification of page). */
const pageOf = (event: Event): Readonly<Record<string, unknown>> => ({
  ...(event.type === 'page' ? event.properties : undefined),
  ...group(event, 'page'),
})

/** A browser, system or device is `{name}`; some clients write its name alone. */
const nameOf = (event: Event, name: string, field = 'name'): string | null =>
  text(event.context?.[name]) ?? text(group(event, name)[field])

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

/** What analysts ask first has a column with a type; the rest is JSON. */
export const eventRow = ({ event, profileId, code }: LakeEvent): Row => {
  const [page, campaign, location] = [pageOf(event), group(event, 'campaign'), group(event, 'location')]
  return {
    timestamp: event.timestamp,
    received_at: event.receivedAt,
    original_timestamp: event.originalTimestamp ?? null,
    sent_at: event.sentAt ?? null,
    message_id: event.messageId,
    type: event.type,
    event: event.event ?? null,
    name: event.name ?? null,
    source: event.source,
    profile_id: profileId || null,
    anonymous_id: event.anonymousId ?? null,
    user_id: event.userId ?? null,
    group_id: event.groupId ?? null,
    session_id: session(event),
    page_url: text(page.url),
    page_path: text(page.path),
    page_title: text(page.title),
    page_referrer: text(page.referrer),
    campaign_source: text(campaign.source),
    campaign_medium: text(campaign.medium),
    campaign_name: text(campaign.name),
    campaign_term: text(campaign.term),
    campaign_content: text(campaign.content),
    country: text(location.country),
    region: text(location.region),
    city: text(location.city),
    device_type: text(group(event, 'device').type),
    os: nameOf(event, 'os'),
    browser: nameOf(event, 'browser'),
    is_bot: event.context?.bot === true,
    is_late: isTooLate(event),
    is_imported: event.imported === true,
    code: code ?? null,
    properties: json(event.properties),
    traits: json(event.traits),
    context: json(event.context),
    violations: json(event.violations),
  }
}
