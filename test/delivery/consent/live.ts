import { expect, vi } from 'vitest'
import { decision, keyOf, type Person, profileOf, send } from './persons.ts'

/** The person's first device, and the second where it has one. */
export const devicesOf = ({ key, isMerged }: Person): string[] => (isMerged ? [`${key}-a`, `${key}-b`] : [`${key}-a`])

/** What it says of itself with each event of its first device. */
const saysOf = ({ state }: Person) => (state === 'granted' || state === 'denied' ? state : undefined)

/** The person comes, says what it says, and reads: on a second device that had granted and says so, where it has one. */
export const come = async (collector: string, person: Person): Promise<void> => {
  const { key, state, law, isMerged } = person
  const isPrivate = state === 'private'
  const open = keyOf('open', law)
  const [a, b = a] = devicesOf(person) as [string, string?]
  const says = saysOf(person)
  if (says) await send(collector, open, { device: a, event: decision, says })
  if (!isMerged) {
    await send(collector, open, { device: a, event: 'Read', says, isPrivate })
    return
  }
  await send(collector, open, { device: a, event: 'identify', says, isPrivate, userId: key })
  await send(collector, open, { device: b, event: decision, says: 'granted' })
  await send(collector, open, { device: b, event: 'identify', says: 'granted', userId: key })
  await vi.waitFor(
    async () => {
      const its = await Promise.all([a, b].map((device) => profileOf(collector, device)))
      expect(new Set(its.map(({ profileId }) => profileId)).size).toBe(1)
    },
    { timeout: 20_000, interval: 100 },
  )
  await send(collector, open, { device: b, event: 'Read', says: 'granted', userId: key })
}

/** It withdraws on its first device; another, which has not heard of it, goes on saying what it said. */
export const withdraw = async (collector: string, person: Person): Promise<void> => {
  const { key, law, isMerged } = person
  const [a, b = a] = devicesOf(person) as [string, string?]
  const user = isMerged ? { userId: key } : {}
  const open = keyOf('open', law)
  await send(collector, open, { device: a, event: decision, says: 'denied', once: 'withdrawn', ...user })
  const says = isMerged ? 'granted' : 'denied'
  await send(collector, open, { device: b, event: 'Later', says, ...user })
}

/** What a source that needs `analytics` answers to each event of somebody of its own. */
export const knock = async (
  collector: string,
  { key, state, law, withdraws }: Person,
): Promise<(string | undefined)[]> => {
  const strict = keyOf('strict', law)
  const device = `${key}-s`
  const says = state === 'granted' || state === 'denied' ? state : undefined
  const answers = [await send(collector, strict, { device, event: 'Read', says, isPrivate: state === 'private' })]
  if (!withdraws) return answers
  answers.push(await send(collector, strict, { device, event: decision, says: 'denied' }))
  answers.push(await send(collector, strict, { device, event: 'Later', says: 'denied' }))
  return answers
}
