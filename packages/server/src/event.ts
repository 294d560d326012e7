import type { Json } from '@spartito/protocol'
import type { TrackArguments } from '@spartito/sdk'

/** Who an event is about: at least one of the two. */
export interface Who {
  userId?: string
  anonymousId?: string
}

/** What every call may say beside. */
export interface About extends Who {
  /** made when it is left out; the same one again is the same event */
  messageId?: string
  /** when it happened; now when it is left out */
  timestamp?: Date | number | string
  context?: { [name: string]: Json }
}

export type Traits = { [name: string]: Json }

/** A track of a plan: its name decides its properties. */
export type Track<Plan> = {
  [Name in keyof Plan & string]: About & { event: Name } & (TrackArguments<Plan[Name]> extends [properties: infer P]
      ? { properties: P }
      : { properties?: Plan[Name] })
}[keyof Plan & string]
