import { type Apply, listOf } from './apply.ts'
import { changeField, readField } from './field.ts'
import type { NormalForm, Normalize } from './step.ts'

const forms: Record<NormalForm, (text: string) => string> = {
  trim: (text) => text.trim(),
  lowercase: (text) => text.toLowerCase(),
  uppercase: (text) => text.toUpperCase(),
  collapse: (text) => text.replace(/\s+/g, ' '),
}

/** Brings text into a normal form; what is no text stays as it is. */
export const compileNormalize = ({ normalize, by }: Normalize): Apply => {
  const fields = listOf(normalize).map(readField)
  const normal = (text: string): string => by.reduce((made, form) => forms[form](made), text)
  return (event) =>
    fields.reduce(
      (at, field) => changeField(at, field, (value) => (typeof value === 'string' ? normal(value) : value)),
      event,
    )
}
