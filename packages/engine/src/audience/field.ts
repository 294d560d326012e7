import type { Json } from '@spartito/protocol'
import type { Predicate } from './condition.ts'

/** A field of an event as the keys that lead to it; `[*]` stands for each entry of a list. */
export type Field = readonly string[]

/** The field that a path names, such as `properties.items[*].sku`. */
export const fieldOf = (path: string): Field =>
  path
    .replaceAll('[*]', '.[*]')
    .split('.')
    .filter((key) => key !== '')

/** The fields that predicates read. */
export const fieldsOf = (where: readonly Predicate[] = []): Field[] => where.map(({ path }) => fieldOf(path))

/** A field as a text, so that fields can be compared. */
export const fieldKey = (field: Field): string => JSON.stringify(field)

interface Tree {
  isWhole: boolean
  parts: Map<string, Tree>
}

const treeOf = (fields: readonly Field[]): Tree => {
  const root: Tree = { isWhole: false, parts: new Map() }
  for (const field of fields) {
    let at = root
    for (const key of field) {
      const next = at.parts.get(key) ?? { isWhole: false, parts: new Map() }
      at.parts.set(key, next)
      at = next
    }
    at.isWhole = true
  }
  return root
}

const pick = (value: Json, tree: Tree): Json => {
  if (tree.isWhole || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const entry = tree.parts.get('[*]')
    return entry ? value.map((item) => pick(item, entry)) : []
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      const kept = tree.parts.get(key)
      return kept ? [[key, pick(part, kept)]] : []
    }),
  )
}

/** Compiles the choice of some fields of a value: what paths read of the result is what they read of the value. */
export const compileFields = (fields: readonly Field[]): ((value: Json) => Json) => {
  const tree = treeOf(fields)
  return (value) => pick(value, tree)
}
