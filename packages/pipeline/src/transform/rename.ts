import { isObject, type Json, type JsonObject } from '@spartito/protocol'
import type { Apply } from './apply.ts'
import { changeField, type Field, readAt, readField, splitAtList } from './field.ts'
import type { Rename } from './step.ts'

/** What is there under the new name stays, since that is what the plan knows; the old one goes either way. */
const move = (holder: JsonObject, from: Field, to: Field): JsonObject => {
  const value = readAt(holder, from)
  if (value === undefined) return holder
  const without = changeField(holder, from, () => undefined)
  return changeField(without, to, (there) => there ?? value, true)
}

/** Moves fields to other names; within the entries of a list each in its own entry. */
export const compileRename = ({ rename }: Rename): Apply => {
  const moves = Object.entries(rename).map(([from, to]) => {
    const [list, own] = splitAtList(readField(from))
    const [, target] = splitAtList(readField(to))
    return { list, own, target }
  })
  return (event) =>
    moves.reduce((at, { list, own, target }) => {
      if (list.length === 0) return move(at, own, target)
      return changeField(at, list, (entry) =>
        isObject(entry) ? move(entry as JsonObject, own, target) : (entry as Json),
      )
    }, event)
}
