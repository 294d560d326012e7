import { isObject, type Json, type JsonObject } from '@spartito/protocol'

/** Stands for every entry of a list. */
const every = Symbol('every entry')
type Key = string | typeof every

/** A path taken apart: `properties.items[*].sku`. */
export type Field = readonly Key[]

/** Takes a path apart once, which the workspace's checks have found sound. */
export const readField = (path: string): Field =>
  path.split('.').flatMap((step) => {
    const [key = '', ...lists] = step.split('[*]')
    return [key, ...lists.map(() => every)] as Key[]
  })

/** Ends an event's transformation; caught where all steps run. */
export class StepFailed extends Error {}

/** @returns what stands there instead; undefined: nothing does */
export type Change = (value: Json | undefined) => Json | undefined

const changeAt = (
  at: Json | undefined,
  field: Field,
  depth: number,
  change: Change,
  makes: boolean,
): Json | undefined => {
  const key = field[depth]
  if (key === undefined) return change(at)
  if (key === every) {
    if (!Array.isArray(at)) return at
    const next = at.map((entry) => changeAt(entry, field, depth + 1, change, makes))
    return next.some((entry, place) => entry !== at[place]) ? next.filter((entry) => entry !== undefined) : at
  }
  if (at === undefined || at === null) {
    if (!makes) return at
  } else if (!isObject(at)) {
    if (!makes) return at
    throw new StepFailed(`${pathOf(field.slice(0, depth))} is no object, so that nothing can be set in it`)
  }
  const object = (at ?? {}) as JsonObject
  const before = Object.hasOwn(object, key) ? object[key] : undefined
  const after = changeAt(before, field, depth + 1, change, makes)
  if (after === before) return at
  if (after !== undefined) return { ...object, [key]: after }
  const { [key]: _gone, ...rest } = object
  return rest
}

/**
 * Changes what stands at a field, each of its places, in fresh objects. What is not there is given as undefined where its holder is.
 *
 * @param makes whether the objects on the way are made
 * @throws StepFailed when something else than an object is in the way of what is made
 */
export const changeField = (root: JsonObject, field: Field, change: Change, makes = false): JsonObject =>
  changeAt(root, field, 0, change, makes) as JsonObject

/** The one value at a field without `[*]`. */
export const readAt = (root: JsonObject, field: Field): Json | undefined => {
  let at: Json | undefined = root
  for (const key of field) {
    if (key === every || !isObject(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key] as Json
  }
  return at
}

export const pathOf = (field: Field): string =>
  field.reduce<string>((path, key) => (key === every ? `${path}[*]` : path === '' ? key : `${path}.${key}`), '')

/** The part of a path up to its last list, and the rest: what is renamed within a list stays in its entry. */
export const splitAtList = (field: Field): [list: Field, rest: Field] => {
  const end = field.lastIndexOf(every) + 1
  return [field.slice(0, end), field.slice(end)]
}
