import type { Apply } from './apply.ts'
import { changeField, readField, StepFailed } from './field.ts'
import type { MapValues } from './step.ts'
import { textOf } from './text-of.ts'

/** Replaces values by others. What is missing or null stays so; lists and objects have no text, so `to` has none of them. */
export const compileMapValues = ({ mapValues, to, otherwise = 'keep' }: MapValues): Apply => {
  const field = readField(mapValues)
  const values = new Map(Object.entries(to))
  return (event) =>
    changeField(event, field, (value) => {
      if (value === undefined || value === null) return value
      const mapped = values.get(textOf(value) ?? '')
      if (mapped !== undefined && textOf(value) !== undefined) return mapped
      if (otherwise === 'fail') throw new StepFailed(`${mapValues} has a value that "to" does not have`)
      return otherwise === 'drop' ? undefined : value
    })
}
