import { type Apply, listOf } from './apply.ts'
import { changeField, readField, StepFailed } from './field.ts'
import type { Hash } from './step.ts'
import { textOf } from './text-of.ts'

/** Replaces values by the SHA-256 of their text in UTF-8. What is missing or null stays so; lists and objects fail, since they would stay readable. */
export const compileHash = ({ hash }: Hash): Apply => {
  const fields = listOf(hash).map((path) => ({ path, field: readField(path) }))
  return (event, { sha256Hex }) =>
    fields.reduce(
      (at, { path, field }) =>
        changeField(at, field, (value) => {
          if (value === undefined || value === null) return value
          const text = textOf(value)
          if (text === undefined) throw new StepFailed(`${path} is no text, number or boolean, so that it has no hash`)
          return sha256Hex(text)
        }),
      event,
    )
}
