import { createHash } from 'node:crypto'
import type { Event, Refusal } from '@spartito/protocol'
import { compileTransform } from './compile-steps.ts'
import type { Step } from './step.ts'

export const ports = { sha256Hex: (text: string): string => createHash('sha256').update(text).digest('hex') }

export const track = (more: Partial<Event> = {}): Event => ({
  messageId: 'm',
  type: 'track',
  event: 'Viewed',
  anonymousId: 'a',
  timestamp: 1,
  receivedAt: 1,
  source: 'web',
  ...more,
})

/** What becomes of an event by these steps. */
export const after = (event: Event, ...steps: Step[]): Event | Refusal => {
  const transform = compileTransform([{ sources: ['web'], steps }], 'web')!
  const result = transform({ event, json: JSON.stringify(event) }, ports)
  return result.ok ? result.value.event : result.error
}

/** The properties that come of others by one step, or the code of its refusal. */
export const propertiesAfter = (properties: Event['properties'], step: Step): unknown => {
  const result = after(track({ ...(properties && { properties }) }), step)
  return 'code' in result ? result.code : result.properties
}
