import { cleanJson, cleanText, type Event, exceedsBytes, type JsonObject, limits } from '@spartito/protocol'
import { StepFailed } from './field.ts'
import { textOf } from './text-of.ts'

const texts = {
  userId: limits.eventBytes,
  groupId: limits.eventBytes,
  name: limits.nameLength,
  category: limits.nameLength,
}

/** A text field of the event as the parser would have built it; empty and null are absent. */
const textField = (event: JsonObject, field: keyof typeof texts): string | undefined => {
  const value = event[field]
  if (value === undefined || value === null || value === '') return undefined
  const text = textOf(value)
  if (text === undefined) throw new StepFailed(`${field} has become something else than text`)
  if (text.length > texts[field])
    throw new StepFailed(`${field} has become longer than ${texts[field]} characters, which are allowed`)
  return cleanText(text)
}

/**
 * The event within the limits of WI3 again, and its text. What it was given by its request does not count, so one that was larger may stay
 * so large.
 *
 * @param before its text before the steps
 * @throws StepFailed with the limit
 */
export const withinLimits = (changed: JsonObject, sent: Event, before: string): { event: Event; json: string } => {
  const event = { ...changed }
  for (const field of ['properties', 'traits', 'context'] as const) {
    if (event[field] === sent[field] || event[field] === undefined) continue
    const cleaned = cleanJson(event[field], field, 2)
    if (!cleaned.ok) throw new StepFailed(cleaned.error.message)
    event[field] = cleaned.value
  }
  for (const field of ['userId', 'groupId', 'name', 'category'] as const) {
    const text = textField(event, field)
    if (text === undefined) delete event[field]
    else event[field] = text
  }
  const json = JSON.stringify(event)
  if (json.length > before.length && exceedsBytes(json, limits.eventBytes) && !exceedsBytes(before, limits.eventBytes))
    throw new StepFailed(`the event has become larger than ${limits.eventBytes} bytes as JSON`)
  return { event: event as unknown as Event, json }
}
