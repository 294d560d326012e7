import { type Event, type Identifier, normalizeIdentifier } from '@spartito/protocol'
import type { HeldEntry } from './held-request.ts'

/** Whom an event says that it is about: its user, else its device. */
const subjectOf = ({ userId, anonymousId }: Event): Identifier | undefined => {
  const [type, raw] = userId === undefined ? (['anonymous_id', anonymousId] as const) : (['user_id', userId] as const)
  const value = normalizeIdentifier(type, raw)
  return value === undefined ? undefined : { type, value }
}

/** Whether an event of the quarantine is about one of these. */
export const isAbout = ({ json }: HeldEntry, about: readonly Identifier[]): boolean => {
  const subject = subjectOf(JSON.parse(json) as Event)
  return about.some(({ type, value }) => type === subject?.type && value === subject.value)
}
