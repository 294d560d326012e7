import { type Apply, listOf } from './apply.ts'
import { changeField, readField } from './field.ts'
import type { Drop } from './step.ts'

/** Takes fields out; of a list, those of each entry, or the entries. */
export const compileDrop = ({ drop }: Drop): Apply => {
  const fields = listOf(drop).map(readField)
  return (event) => fields.reduce((at, field) => changeField(at, field, () => undefined), event)
}
