import type { Identifier } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import type { Vouched } from '../identity/vouched.ts'
import { identify, noon } from '../testing/events.ts'
import { createMemoryStore } from '../testing/memory-store.ts'
import { planOf } from '../testing/visitor.ts'
import type { ClaimReply } from './claim.ts'
import { type BadToken, ingest } from './ingest.ts'
import { newVisitor, type VisitorState } from './state.ts'
import { takeReply } from './take-reply.ts'

const A: Identifier = { type: 'user_id', value: 'A' }
const B: Identifier = { type: 'user_id', value: 'B' }
const email: Identifier = { type: 'email', value: 'e@example.com' }
const key = 'email:e@example.com'
const plan = planOf([{ id: 'mailable', when: { identifier: 'email', exists: true } }])
const refused: ClaimReply = { kind: 'refused', code: 'holds_a_profile' }

/** The object of user A, which is shown the address e by requests that are vouched for more or less. */
const createUser = () => {
  const { ledger, commit } = createMemoryStore()
  let state: VisitorState = newVisitor({ ...A, class: 'person' }, 'p')
  return {
    get state() {
      return state
    },
    get claim() {
      return state.claims[key]
    },
    get known() {
      return state.identifiers.find(({ type }) => type === 'email')
    },
    get isMailable() {
      return Object.hasOwn(state.memberships, 'mailable')
    },
    show(vouched: Vouched, badTokens: (messageId: string) => BadToken[] = () => []) {
      const event = identify({ email: email.value }, noon, { userId: 'A', anonymousId: 'a' })
      const request = { events: [JSON.stringify(event)], receivedAt: noon, policy: 'opt-out' } as const
      state = commit(ingest(state, { ...request, vouched, badTokens: badTokens(event.messageId) }, plan, ledger, noon))
    },
    answer(reply: ClaimReply) {
      state = commit(takeReply(state, key, reply, plan, ledger, noon))
    },
  }
}

describe('ID11 what vouches for a claim', () => {
  const tables: [rule: string, vouched: Vouched, isVerified: boolean][] = [
    ['a secret key', 'all', true],
    ['a token that names the user and the address', [A, email], true],
    ['a token that names the user alone does not', [A], false],
    ['a token that names the address of another user does not', [B, email], false],
    ['nothing does not', [], false],
  ]
  test.each(tables)('%s', (_rule, vouched, isVerified) => {
    const user = createUser()
    user.show(vouched)
    expect(user.claim!.verified).toBe(isVerified)
    expect(user.known!.verified).toBe(isVerified)
  })

  test('a claim that was refused is not asked again by the same word, and stays no identifier of the profile', () => {
    const user = createUser()
    user.show([A])
    expect(user.isMailable).toBe(true)
    user.answer(refused)
    user.show([A])
    expect(user.claim).toBeUndefined()
    expect(user.known).toMatchObject({ isRefused: true })
    expect(user.isMailable).toBe(false)
  })

  test('it is asked again when it is vouched for, and then no more', () => {
    const user = createUser()
    user.show([])
    user.answer(refused)
    user.show([A, email])
    expect(user.claim).toMatchObject({ verified: true, step: 'asking' })
    expect(user.known).toMatchObject({ verified: true })
    expect(user.known).not.toHaveProperty('isRefused')
    expect(user.isMailable).toBe(true)
    user.answer(refused)
    user.show([A, email])
    expect(user.claim).toBeUndefined()
    expect(user.known).toMatchObject({ isRefused: true })
    expect(user.isMailable).toBe(false)
  })

  test('a claim that has had no answer yet goes on as a verified one, under its id', () => {
    const user = createUser()
    user.show([])
    const { mergeId } = user.claim!
    user.show([A, email])
    expect(user.claim).toMatchObject({ mergeId, verified: true })
    user.show([])
    expect(user.claim).toMatchObject({ mergeId, verified: true })
  })

  test('a bad token is kept as a refusal with its reason, once however often it comes', () => {
    const user = createUser()
    for (const reason of ['expired', 'expired', 'wrong_aud'] as const)
      user.show([], (messageId) => [{ messageId, identifier: A, reason }])
    expect(user.state.refusals.map(({ code, reason }) => [code, reason])).toEqual([
      ['bad_token', 'expired'],
      ['bad_token', 'wrong_aud'],
    ])
  })
})
