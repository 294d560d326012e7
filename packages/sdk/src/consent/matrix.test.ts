import { expect, test } from 'vitest'
import { createWorld, names } from '../testing/world.ts'

const decision = 'Segment Consent Preference Updated'
const choices = { granted: true, denied: false, unknown: undefined, private: undefined }
type State = keyof typeof choices

/** By the rules: whether the tag may send for somebody who has said this. `private` is silence under Global Privacy Control. */
const mayBeUsed: Record<'opt-in' | 'opt-out', Record<State, boolean>> = {
  'opt-in': { granted: true, denied: false, unknown: false, private: false },
  'opt-out': { granted: true, denied: false, unknown: true, private: false },
}

const rows = Object.entries(mayBeUsed).flatMap(([policy, byState]) =>
  Object.entries(byState).flatMap(([state, isAllowed]) =>
    [false, true].map(
      (withdraws) =>
        [
          state as State,
          policy as 'opt-in' | 'opt-out',
          withdraws ? 'withdrawn while queued' : 'kept',
          isAllowed,
        ] as const,
    ),
  ),
)

test.each(rows)('CO2, CO5, CO6 the tag: %s under %s, %s', async (state, policy, fate, isAllowed) => {
  const world = createWorld()
  const { client } = world.openTab({ consent: { policy } }, { isPrivate: state === 'private' })
  const isGiven = choices[state]
  if (isGiven !== undefined) client.consent({ analytics: isGiven })
  await world.clock.advance(1_000)
  const isWithdrawn = fate !== 'kept'
  if (isWithdrawn) world.collector.reply = () => 503
  client.track('Read')
  await world.clock.advance(1_000)
  // It has been tried where it may be sent at all: it waits for the collector, and not for a choice.
  const bodies = JSON.stringify(world.collector.requests.map(({ body }) => body))
  expect(bodies.includes('Read')).toBe(isAllowed)
  world.collector.reply = () => 200
  if (isWithdrawn) client.consent({ analytics: false })
  await world.clock.advance(120_000)
  const sent = names(world.collector.events)
  expect(sent.includes('Read')).toBe(isAllowed && !isWithdrawn)
  if (isWithdrawn && isAllowed) expect(sent.at(-1)).toBe(decision)
  const kept = JSON.stringify([world.device.own, world.device.shared, [...world.store.rows]])
  expect(kept.includes('anonymousId')).toBe(isAllowed && !isWithdrawn)
})
