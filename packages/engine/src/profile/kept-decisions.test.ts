import type { Event, JsonObject } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { boundDecisions, decisionsOf, type KeptDecision, maxDecisions, withDecision } from './kept-decisions.ts'

const decision = (at: number, properties: JsonObject = {}, choice: JsonObject = { a: true }): Event => ({
  messageId: `m${at}`,
  type: 'track',
  event: 'Segment Consent Preference Updated',
  source: 'web',
  timestamp: at,
  receivedAt: at,
  properties,
  context: { consent: { categoryPreferences: choice, law: 'opt-in', region: 'DE' } },
})

const after = (events: readonly Event[]) => events.reduce<ReturnType<typeof withDecision>>(withDecision, undefined)
const idsOf = (its: ReturnType<typeof withDecision>) => its?.map(({ messageId }) => messageId)

test('CO1 a decision is kept with its ground', () => {
  const said = { source: 'banner', policyVersion: '7', shown: 'We ask', proof: 'Yes', cmpId: 3 }
  expect(after([decision(1, said)])).toEqual([
    {
      messageId: 'm1',
      timestamp: 1,
      receivedAt: 1,
      source: 'web',
      choice: { a: true },
      basis: 'expressed',
      via: 'banner',
      policyVersion: '7',
      shown: 'We ask',
      proof: 'Yes',
      law: 'opt-in',
      region: 'DE',
    },
  ])
})

test('CO1 the newest come first, in whatever order they arrive, and each once', () => {
  expect(idsOf(after([decision(2), decision(3), decision(1), decision(3)]))).toEqual(['m3', 'm2', 'm1'])
})

test('CO1 an event that decides nothing leaves the very same', () => {
  const known = after([decision(1)])
  expect(withDecision(known, { ...decision(2), event: 'Page Seen' })).toBe(known)
})

test('PR2 the newest 50 of a fragment, and of a profile, are kept; their texts are cut', () => {
  const many = Array.from({ length: maxDecisions + 10 }, (_, at) => decision(at, { proof: 'x'.repeat(500) }))
  const kept = after(many)!
  expect(kept).toHaveLength(maxDecisions)
  expect(kept.at(-1)!.messageId).toBe('m10')
  expect(kept[0]!.proof).toHaveLength(100)
  const [even, odd] = [0, 1].map((rest) => ({ decisions: after(many.filter((_, at) => at % 2 === rest))! }))
  const bounded = boundDecisions<{ decisions?: readonly KeptDecision[] }>([even!, odd!, {}])
  expect(bounded.map(({ decisions = [] }) => decisions.length)).toEqual([25, 25, 0])
  expect(idsOf(decisionsOf(bounded))).toEqual(idsOf(kept))
})

test('PR2 what a base has too many of goes with it', () => {
  const [old, recent] = [
    after([decision(1)])!,
    after(Array.from({ length: maxDecisions }, (_, at) => decision(at + 2)))!,
  ]
  const base = { decisions: old } as never
  expect(boundDecisions([{ decisions: old, base }, { decisions: recent }])[0]).toEqual({
    decisions: [],
    base: { decisions: [] },
  })
  const few = [{ decisions: old }]
  expect(boundDecisions(few)).toBe(few)
})

test('PR2 a decision keeps its first 20 purposes', () => {
  const choice = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`p${at}`, true]))
  expect(Object.keys(after([decision(1, {}, choice)])![0]!.choice)).toHaveLength(20)
})
