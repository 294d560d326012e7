import { identifiersOf } from '@spartito/engine'
import { eventName, identifierKey, isObject, normalizeIdentifier, type Refusal } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import type { Failed } from '../pipeline/failed.ts'
import type { Held } from '../pipeline/hold.ts'
import type { ParsedEvent } from '../pipeline/parse.ts'
import type { Routed } from '../pipeline/route.ts'
import type { Ruled } from '../pipeline/rules.ts'
import type { LiveItem } from './live-filter.ts'

/** Of what was refused, its text fields alone, cut: it may be anything. */
const maxText = 200
const shownFields = ['type', 'event', 'messageId', 'anonymousId', 'userId'] as const

const shortTexts = (raw: unknown, fields: readonly string[]): Record<string, string> => {
  if (!isObject(raw)) return {}
  const texts = fields.flatMap((field) => {
    const value = raw[field]
    return typeof value === 'string' ? [[field, value.slice(0, maxText).toWellFormed()]] : []
  })
  return Object.fromEntries(texts) as Record<string, string>
}

/** Of what is not in a profile. */
const refusedItem = (
  raw: unknown,
  outcome: 'rejected' | 'quarantined',
  { code, message }: Refusal,
  source: string,
  at: number,
): LiveItem => {
  // Who refused consent is not looked at.
  const fields = code === 'consent_denied' ? (['type', 'event'] as const) : shownFields
  const event = shortTexts(raw, fields)
  const key = (type: string, value: string | undefined): string[] => {
    const normalized = normalizeIdentifier(type, value)
    return normalized === undefined ? [] : [identifierKey({ type, value: normalized })]
  }
  return {
    source,
    event: event.event ?? event.type ?? null,
    identifiers: [...key('anonymous_id', event.anonymousId), ...key('user_id', event.userId)],
    line: JSON.stringify({ outcome, code, message, source, receivedAt: at, event }),
  }
}

const takenItem = (
  { event, json }: ParsedEvent,
  outcome: 'accepted' | 'duplicate',
  { plan }: CompiledWorkspace,
): LiveItem => ({
  source: event.source,
  event: eventName(event),
  identifiers: identifiersOf(event, plan.identifierTypes, plan.blocked).identifiers.map(identifierKey),
  line: `{"outcome":"${outcome}","source":${JSON.stringify(event.source)},"receivedAt":${event.receivedAt},"event":${json}}`,
})

/** What became of each event of a request, in their order. */
export const itemsOfEvents = (
  raw: readonly unknown[],
  ruled: Ruled,
  { rejected, keptOut, duplicates }: Pick<Routed, 'rejected' | 'keptOut' | 'duplicates'>,
  held: Held,
  source: Source,
  workspace: CompiledWorkspace,
  receivedAt: number,
): LiveItem[] => {
  const refused = new Map([...rejected, ...keptOut, ...held.rejected].map((one) => [one.index, one]))
  const waiting = new Map(ruled.held.map((one) => [one.index, one.refusal]))
  const known = new Set(duplicates.map(({ index }) => index))
  const taken = new Map(ruled.events.map((one) => [one.index, one]))
  return raw.flatMap((one, index) => {
    const refusal = refused.get(index) ?? waiting.get(index)
    if (refusal)
      return [refusedItem(one, refused.has(index) ? 'rejected' : 'quarantined', refusal, source.id, receivedAt)]
    const event = taken.get(index)
    return event ? [takenItem(event, known.has(index) ? 'duplicate' : 'accepted', workspace)] : []
  })
}

/** A request that was refused as a whole. */
export const itemOfRefusal = ({ status, body }: Failed, source: Source | undefined, receivedAt: number): LiveItem => ({
  source: source?.id ?? null,
  event: null,
  identifiers: [],
  line: JSON.stringify({
    outcome: 'refused',
    status,
    code: body.code,
    message: body.message,
    source: source?.id ?? null,
    receivedAt,
  }),
})
