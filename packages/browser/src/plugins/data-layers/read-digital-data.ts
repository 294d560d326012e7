import type { Properties } from '@spartito/sdk'

/** The parts of `window.digitalData` that this plugin reads by name; all may be missing, and all is the page's word. */
export interface DigitalData {
  event?: unknown
  user?: { profile?: { profileInfo?: { profileID?: unknown } }[] }[]
  [part: string]: unknown
}

interface DigitalEvent {
  eventInfo?: { eventName?: unknown; [field: string]: unknown }
  category?: unknown
  attributes?: object
}

/**
 * The state of a digital data object as JSON: all of it but its events. Pure.
 *
 * @returns undefined for what is no object, or no JSON
 */
export const readState = (digitalData: unknown): string | undefined => {
  try {
    if (Object(digitalData) !== digitalData) return undefined
    const { event: _event, ...state } = digitalData as DigitalData
    return JSON.stringify(state)
  } catch {
    // a cycle or a getter of the page: there is no state to tell
    return undefined
  }
}

/** An entry of its `event` list as an item of the data layer; undefined for one without a name. Pure. */
export const readEvent = (entry: unknown): Properties | undefined => {
  const { eventInfo, category, attributes } = Object(entry) as DigitalEvent
  const { eventName, ...info } = Object(eventInfo) as NonNullable<DigitalEvent['eventInfo']>
  if (typeof eventName !== 'string' || !eventName) return undefined
  return { ...attributes, ...info, ...(category === undefined ? {} : { category }), event: eventName }
}

/** Who the user says to be: the first profile's id; undefined where there is none. Pure. */
export const readProfileId = (digitalData: unknown): string | undefined => {
  const id = (Object(digitalData) as DigitalData).user?.[0]?.profile?.[0]?.profileInfo?.profileID
  return (typeof id === 'string' && id.trim()) || typeof id === 'number' ? `${id}` : undefined
}
