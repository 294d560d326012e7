import { expect, test } from 'vitest'
import { noon } from '../testing/events.ts'
import { endClaim, newClaim } from './claim.ts'
import { type Claim, newVisitor } from './state.ts'

const device = { type: 'anonymous_id', value: 'a', class: 'device' } as const
const owner = { type: 'user_id', value: 'A', class: 'person' } as const
const errand = (at: number): Claim => ({
  ...newClaim(device, owner, { verified: false, at, session: { id: null, at } }, at),
  step: 'telling',
})

test('ID7 an errand that is done does not end the one that took its place meanwhile', () => {
  const [first, second] = [errand(noon), errand(noon + 1)]
  const state = { ...newVisitor(device, 'p'), claims: { 'tell A': second } }
  expect(endClaim(state, 'tell A', first.mergeId)).toBe(state)
  expect(endClaim(state, 'tell A', second.mergeId).claims).toEqual({})
})
