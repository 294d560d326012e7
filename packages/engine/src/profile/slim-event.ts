import type { Event, Json } from '@spartito/protocol'
import { compileFields, type Field, fieldKey } from '../audience/field.ts'
import type { Leaf } from '../audience/leaf.ts'
import type { Base } from './fragment.ts'

/** An event as the ledger keeps it. */
export interface KeptEvent extends Event {
  /** only its name, times and the fields of `base.kept` at this place are left */
  slim?: number
}

/** What is left of an event: what orders, names and times it, and the fields. */
export const slimEvent = (event: Event, fields: readonly Field[], slim: number): KeptEvent => {
  const { messageId, type, event: name, timestamp, receivedAt, source, imported } = event
  return {
    ...(compileFields(fields)(event as unknown as Json) as object),
    messageId,
    type,
    ...(name !== undefined && { event: name }),
    timestamp,
    receivedAt,
    source,
    ...(imported && { imported }),
    slim,
  }
}

/** Whether a leaf reads nothing that a slim event has lost. */
export const canRead = ({ events }: Leaf, kept: readonly string[] | undefined): boolean =>
  events!.fields.every((field) => kept?.includes(fieldKey(field)))

/** The place of a list of fields in `base.kept`, which it joins when it is new. */
export const keptPlace = (base: Base, fields: readonly Field[]): number => {
  const keys = fields.map(fieldKey).sort()
  const place = base.kept.findIndex((known) => known.length === keys.length && known.every((key, i) => key === keys[i]))
  return place >= 0 ? place : base.kept.push(keys) - 1
}
