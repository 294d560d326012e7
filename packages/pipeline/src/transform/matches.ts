import { compileWhere } from '@spartito/engine'
import { type Event, eventName, type JsonObject } from '@spartito/protocol'
import { listOf } from './apply.ts'
import type { When } from './step.ts'

/** Compiles which events a step is for. */
export const compileWhen = ({ type, event, where }: When = {}): ((event: JsonObject) => boolean) => {
  const types = type === undefined ? undefined : new Set<unknown>(listOf(type))
  const names = event === undefined ? undefined : new Set(listOf(event))
  const holds = where && where.length > 0 ? compileWhere(where) : undefined
  return (value) =>
    (types?.has(value.type) ?? true) &&
    (names?.has(eventName(value as unknown as Event)) ?? true) &&
    (holds?.(value) ?? true)
}
