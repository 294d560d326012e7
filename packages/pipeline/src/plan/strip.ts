import { isObject, type Json, type JsonObject } from '@spartito/protocol'

type Place = readonly (string | number)[]

const without = (at: Json, places: readonly Place[], depth: number): Json => {
  const groups = Map.groupBy(places, (place) => place[depth]!)
  const goes = (key: string | number): boolean => groups.get(key)?.some((place) => place.length === depth + 1) ?? false
  const kept = (key: string | number, value: Json): Json => {
    const its = groups.get(key)
    return its ? without(value, its, depth + 1) : value
  }
  if (Array.isArray(at)) return at.flatMap((value, index) => (goes(index) ? [] : [kept(index, value)]))
  if (!isObject(at)) return at
  return Object.fromEntries(
    Object.entries(at as JsonObject).flatMap(([key, value]) => (goes(key) ? [] : [[key, kept(key, value)]])),
  )
}

/** Properties without what stands at these places, in fresh objects. The whole of them, the empty place, cannot go. */
export const strip = (properties: JsonObject, places: readonly Place[]): JsonObject => {
  const inner = places.filter(({ length }) => length > 0)
  return inner.length === 0 ? properties : (without(properties, inner, 0) as JsonObject)
}
