import type { Event, JsonObject } from '@spartito/protocol'

/** What steps need of their host. */
export interface TransformPorts {
  /** @returns 64 hex digits */
  sha256Hex(text: string): string
}

/** One compiled step. @throws StepFailed */
export type Apply = (event: JsonObject, ports: TransformPorts) => JsonObject | 'dropped'

/** An event as paths see it. */
export const asObject = (event: Event): JsonObject => event as unknown as JsonObject

export const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  (Array.isArray(value) ? value : [value]) as readonly T[]
