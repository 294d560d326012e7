import type { Json, JsonObject } from '@spartito/protocol'
import type { Apply } from './apply.ts'
import { changeField, readAt, readField } from './field.ts'
import type { Derive } from './step.ts'
import { textOf } from './text-of.ts'

/** The names in braces of a template. */
export const templateFields = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map(([, path]) => path!)

/** undefined when a field of it has no text: half a text would be taken for a whole one. */
const compileTemplate = (template: string): ((event: JsonObject) => Json | undefined) => {
  const parts = template.split(/\{([^{}]*)\}/).map((part, place) => (place % 2 === 0 ? part : readField(part)))
  return (event) => {
    const texts = parts.map((part) => (typeof part === 'string' ? part : textOf(readAt(event, part))))
    return texts.includes(undefined) ? undefined : texts.join('')
  }
}

const compileSource = (step: Derive): ((event: JsonObject) => Json | undefined) => {
  if (step.from !== undefined) {
    const field = readField(step.from)
    return (event) => readAt(event, field)
  }
  return step.template === undefined ? () => step.value : compileTemplate(step.template)
}

/** Sets a field, whatever it held; where what it comes from is not there, nothing is set. */
export const compileDerive = (step: Derive): Apply => {
  const read = compileSource(step)
  const target = readField(step.derive)
  return (event) => {
    const value = read(event)
    return value === undefined ? event : changeField(event, target, () => value, true)
  }
}
