import { setTimeout as wait } from 'node:timers/promises'
import type { Deployment } from '../../sweep/deployment.ts'

const profilesInRequest = 50
/** One process has all objects, and each that was touched holds 3 file descriptors for ten seconds: the rate is bounded. */
const madeASecond = 150

/** Makes so many profiles with an event each; every tenth has ordered, the others have viewed a product. */
export const makeProfiles = async (live: Deployment, profiles: number): Promise<void> => {
  const startedAt = performance.now()
  for (let first = 0; first < profiles; first += profilesInRequest) {
    const people = Array.from({ length: Math.min(profilesInRequest, profiles - first) }, (_, i) => first + i)
    const { accepted } = await live.collect(
      people.map((i) => ({
        type: 'track',
        event: i % 10 === 0 ? 'Order Completed' : 'Product Viewed',
        userId: `u${i}`,
        messageId: `m${i}`,
      })),
    )
    if (accepted !== people.length) throw new Error(`${accepted} of ${people.length} events were accepted`)
    const due = startedAt + ((first + people.length) / madeASecond) * 1_000
    await wait(Math.max(0, due - performance.now()))
  }
}
