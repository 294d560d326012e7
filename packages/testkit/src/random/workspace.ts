import type { Audience } from '../oracle/condition.ts'
import { randomCondition, type Scene } from './condition.ts'
import { purposes } from './vocabulary.ts'

const randomAudience = (scene: Scene, id: string, references: readonly string[]): Audience => {
  const { random } = scene
  const when = randomCondition({ ...scene, references })
  if (random.chance(0.8)) return { id, when }
  return { id, when, purposes: random.chance(0.5) ? [random.pick(purposes)] : purposes }
}

const number = (id: string): number => Number(id.slice(1))

const refersTo = (audience: Audience, id: string): boolean => JSON.stringify(audience.when).includes(`"${id}"`)

/** Audiences `a1`, `a2` and so on that refer to smaller numbers alone, in any order. */
export const randomAudiences = (scene: Scene, count: number): Audience[] => {
  const ids = Array.from({ length: count }, (_, index) => `a${index + 1}`)
  return scene.random.shuffle(ids.map((id, index) => randomAudience(scene, id, ids.slice(0, index))))
}

/** An edited workspace: some audiences changed, one more, and perhaps one less that no other refers to. */
export const editAudiences = (scene: Scene, audiences: readonly Audience[]): Audience[] => {
  const { random } = scene
  const ids = audiences.map((audience) => audience.id)
  const smaller = (id: string): string[] => ids.filter((other) => number(other) < number(id))
  const edited = audiences.map((audience) =>
    random.chance(0.3) ? randomAudience(scene, audience.id, smaller(audience.id)) : audience,
  )
  const kept = edited.filter(({ id }) => random.chance(0.8) || edited.some((other) => refersTo(other, id)))
  const next = `a${Math.max(0, ...ids.map(number)) + 1}`
  const withNext = random.chance(0.5)
    ? [
        ...kept,
        randomAudience(
          scene,
          next,
          kept.map(({ id }) => id),
        ),
      ]
    : kept
  return random.shuffle(withNext)
}
