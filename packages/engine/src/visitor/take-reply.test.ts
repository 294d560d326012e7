import type { AudienceChange } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { identify, noon, page, track } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import type { ClaimReply } from './claim.ts'
import { takeReply } from './take-reply.ts'

const told = (changes: readonly AudienceChange[]): string[] =>
  changes.map(({ type, audience, cause }) => `${type.slice(9)} ${audience} by ${cause}`)

const audiences: AudienceDefinition[] = [
  { id: 'mailable', when: { identifier: 'email', exists: true } },
  { id: 'silent', when: { not: { audience: 'mailable' } } },
]
const email = { type: 'email', value: 'e@example.com', class: 'contact' } as const
const seen = { verified: true, firstSeen: noon, lastSeen: noon }
const joined = (hasEvents: boolean): ClaimReply => ({ kind: 'joined', hasEvents, identifiers: [{ ...email, ...seen }] })

/** A visitor that has asked the object of one more identifier to link to it, and what its reply changes. */
const answered = (event: ReturnType<typeof page>, reply: ClaimReply) => {
  const visitor = createVisitor(audiences)
  visitor.send([event])
  const [key] = Object.keys(visitor.state.claims)
  return takeReply(visitor.state, key!, reply, visitor.plan, visitor.ledger, noon + 5)
}
const signIn = page(noon, { userId: 'A' })
const withEmail = identify({ email: email.value }, noon)

// biome-ignore format: a row a rule
const tables: [rule: string, event: ReturnType<typeof page>, reply: ClaimReply, told: string[]][] = [
  ['identifiers that come without events are looked at', signIn, joined(false), ['entered mailable by merge', 'exited silent by merge']],
  ['those that come with events are looked at when these have come', signIn, joined(true), []],
  ['an identifier that another holds is none of this profile', withEmail, { kind: 'refused', code: 'owned_by_another' }, ['exited mailable by merge', 'entered silent by merge']],
  ['a reply that brings nothing new decides nothing', withEmail, joined(false), []],
  ['an object that asks for patience changes nothing', withEmail, { kind: 'busy' }, []],
]

test.each(tables)('AU5 a claim is answered: %s', (_rule, event, reply, expected) => {
  expect(told(answered(event, reply).changes)).toEqual(expected)
})

test('AU5 the change names the merge, and is true from the instant of the transaction', () => {
  const visitor = createVisitor(audiences)
  visitor.send([signIn])
  const [[key, claim] = []] = Object.entries(visitor.state.claims)
  const { changes } = takeReply(visitor.state, key!, joined(false), visitor.plan, visitor.ledger, noon - 1)
  expect(changes[0]).toMatchObject({ causeId: claim!.mergeId, effectiveAt: noon, emittedAt: noon - 1 })
  expect(changes[0]!.identifiers).toContainEqual({ type: 'email', value: email.value })
})

test('AU1 a flip that is due is taken before the reply, by what was known then', () => {
  const within: AudienceDefinition = {
    id: 'fresh',
    when: { all: [{ event: 'Bought', within: 'PT1H' }, { not: { identifier: 'email', exists: true } }] },
  }
  const visitor = createVisitor(planOf([within]))
  visitor.send([track('Bought', noon, {}, { userId: 'A' })])
  const [key] = Object.keys(visitor.state.claims)
  const step = takeReply(visitor.state, key!, joined(false), visitor.plan, visitor.ledger, noon + 7_200_000)
  expect(told(step.changes)).toEqual(['exited fresh by time'])
})

test('ID12 a reply that comes again changes nothing', () => {
  const visitor = createVisitor(audiences)
  visitor.send([signIn])
  const [key] = Object.keys(visitor.state.claims)
  const { state } = takeReply(visitor.state, key!, joined(false), visitor.plan, visitor.ledger, noon)
  expect(takeReply(state, key!, joined(false), visitor.plan, visitor.ledger, noon)).toMatchObject({
    state,
    changes: [],
  })
})
