import type { Predicate } from '@spartito/engine'
import type { EventType } from '@spartito/protocol'

/** Which events a step is for: ALL that is said has to hold. All of them when left out. */
export interface When {
  /** one of these types */
  type?: EventType | readonly EventType[]
  /** one of these names: of a track its own, else its type, as conditions know it */
  event?: string | readonly string[]
  where?: readonly Predicate[]
}

export const castTypes = ['string', 'number', 'integer', 'boolean', 'date'] as const
export type CastType = (typeof castTypes)[number]

export const normalForms = ['trim', 'lowercase', 'uppercase', 'collapse'] as const
export type NormalForm = (typeof normalForms)[number]

export type Value = string | number | boolean | null

/** One field, or several: `properties.price`, `properties.items[*].price`. */
export type Fields = string | readonly string[]

/** Names of tracks to other names. */
export interface RenameEvent {
  renameEvent: Readonly<Record<string, string>>
}
/** Fields to other fields. */
export interface Rename {
  rename: Readonly<Record<string, string>>
}
/** A field's values to others, by their text. */
export interface MapValues {
  mapValues: string
  to: Readonly<Record<string, Value>>
  /** what becomes of a value that `to` does not have; `keep` when left out */
  otherwise?: 'keep' | 'drop' | 'fail'
}
/** Fields to the type that they are to have. */
export interface Cast {
  cast: Readonly<Record<string, CastType>>
}
export interface Normalize {
  normalize: Fields
  /** in this order */
  by: readonly NormalForm[]
}
/** A field from another, from a text with `{fields}` in it, or a constant. */
export type Derive = { derive: string } & (
  | { from: string; template?: never; value?: never }
  | { template: string; from?: never; value?: never }
  | { value: Value; from?: never; template?: never }
)
/** Fields to the SHA-256 of their text, in hex. */
export interface Hash {
  hash: Fields
}
export interface Drop {
  drop: Fields
}
/** The whole event, which is counted as `filtered`. */
export interface DropEvent {
  dropEvent: true
}
/** The id of the source that the event counts for from here on. */
export interface Route {
  route: string
}

type KeysOf<T> = T extends unknown ? keyof T : never
type Only<T, All> = T extends unknown ? T & { [K in Exclude<KeysOf<All>, keyof T>]?: never } : never
type AnyStep = RenameEvent | Rename | MapValues | Cast | Normalize | Derive | Hash | Drop | DropEvent | Route

/** One change of an event (SPEC TR). */
export type Step = Only<AnyStep, AnyStep> & { when?: When }

/** Names by which a step is told from others. */
export const stepKinds = [
  'renameEvent',
  'rename',
  'mapValues',
  'cast',
  'normalize',
  'derive',
  'hash',
  'drop',
  'dropEvent',
  'route',
] as const
export type StepKind = (typeof stepKinds)[number]

/** The changes that events of some sources go through, in their order (SPEC TR). */
export interface Transformation {
  /** whose events; each of them once */
  sources: readonly string[]
  description?: string
  steps: readonly Step[]
}
