import type { DestinationType, SettingsByType } from '@spartito/destinations'
import type { EventFilter } from '@spartito/engine'
import type { Purpose } from '@spartito/protocol'

interface DestinationOf<T extends DestinationType, Id extends string, P extends Purpose> {
  id: string
  name?: string
  type: T
  /** what it is used for, at least one; ALL must be consented to (CO3) */
  purposes: readonly P[]
  /** the audiences whose changes it receives; `*` for all */
  audiences: '*' | readonly Id[]
  /** the events that it receives: those that ANY of these takes, or `*` for all; none when left out */
  events?: '*' | readonly EventFilter[]
  settings: SettingsByType[T]
  /** requests in a second, over all of its deliveries; as fast as it answers when left out */
  maxPerSecond?: number
  /** whether members are told to have exited when it, or one of its audiences, is taken out (DE7); they are left in when left out */
  exitsWhenRemoved?: boolean
  disabled?: boolean
}

/** Where changes and events go; what `settings` holds depends on `type`. */
export type Destination<Id extends string = string, P extends Purpose = Purpose> = {
  [T in DestinationType]: DestinationOf<T, Id, P>
}[DestinationType]
