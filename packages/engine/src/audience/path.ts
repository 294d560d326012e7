import type { Json } from '@spartito/protocol'

/**
 * The value at a dotted path, such as `properties.price`; undefined where there is none.
 * Reads own keys alone, so a path never reaches a prototype.
 */
export const readPath = (value: Json, path: string): Json | undefined => {
  let at: Json | undefined = value
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}
