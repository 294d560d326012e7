import type { Json } from '@spartito/protocol'

/**
 * The value at a dotted path, such as `properties.price`; undefined where there is none.
 * Reads own keys alone, so a path never reaches a prototype.
 */
export const readPath = (value: Json, path: string): Json | undefined => readKeys(value, path.split('.'))

const readKeys = (value: Json, keys: readonly string[]): Json | undefined => {
  let at: Json | undefined = value
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

/** Whether a path stands for several values. */
export const isWildcard = (path: string): boolean => path.includes('[*]')

/** Compiles a path without `[*]`, so that it is taken apart once. */
export const compilePath = (path: string): ((value: Json) => Json | undefined) => {
  const keys = path.split('.')
  return (value) => readKeys(value, keys)
}

/**
 * Compiles a path with `[*]`: the values it stands for, one of an entry; undefined for an entry that lacks the rest of
 * the path. What is no list where the path says `[*]` is one missing value.
 */
export const compileWildcard = (path: string): ((value: Json) => (Json | undefined)[]) => {
  const parts = path.split('[*]').map((part) => part.split('.').filter((key) => key !== ''))
  return (value) =>
    parts.reduce<(Json | undefined)[]>(
      (values, keys, index) =>
        values.flatMap((from) => {
          const at = from === undefined ? undefined : readKeys(from, keys)
          if (index === parts.length - 1) return [at]
          return Array.isArray(at) ? at : [undefined]
        }),
      [value],
    )
}
