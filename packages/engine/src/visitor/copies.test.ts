import { expect, test } from 'vitest'
import { noteAdopted, type Ownership, releaseOwnership, takeOwnership } from '../identity/ownership.ts'
import { day, hour, minute, noon, track } from '../testing/events.ts'
import { attribute } from './attribute.ts'
import { type CopyQuestion, noCopies, questionsAbout, withAnswer } from './copies.ts'
import { type Claimant, newVisitor, type VisitorState } from './state.ts'

const device: Claimant = { type: 'anonymous_id', value: 'a', class: 'device' }
const user = (value: string): Claimant => ({ type: 'user_id', value, class: 'person' })
const neither = { contested: 'neither' } as const
const knowing = (...hashes: string[]) => ({ has: (hash: string): boolean => hashes.includes(hash) })
const nothing = knowing()

/** Claims in their order, by whom and at which time after noon; `-A` is A's logout. */
const owned = (...acts: [who: string, at: number, session?: string][]): VisitorState => {
  let owners: readonly Ownership[] = []
  for (const [who, after, id = null] of acts) {
    const at = noon + after
    owners = who.startsWith('-')
      ? releaseOwnership(owners, user(who.slice(1)), at)
      : takeOwnership(owners, { claimant: user(who), session: { id, at }, at }).ownerships
  }
  return { ...newVisitor(device, 'p'), owners }
}

/** An event of a time after noon, received at another. */
const event = (at: number, sessionId?: string, messageId = 'm'): string =>
  JSON.stringify(track('Viewed', noon + at, {}, { messageId, ...(sessionId && { context: { sessionId } }) }))
const asked = (state: VisitorState, at: number, receivedAt: number, sessionId?: string): string[] =>
  questionsAbout(state, [event(at, sessionId)], neither, nothing, noon + receivedAt, noCopies).map(
    ({ owner }) => owner.value,
  )

const switched = owned(['A', 0, 's1'], ['B', day, 's2'])
// biome-ignore format: a row a rule
test.each<[what: string, state: VisitorState, eventAt: number, receivedAt: number, session: string | undefined, whom: string[]]>([
  ['a device that nobody has claimed asks nobody', newVisitor(device, 'p'), 0, 0, undefined, []],
  ['one of one owner asks nobody', owned(['A', 0]), hour, hour, undefined, []],
  ['nor what its owner sent long ago', owned(['A', 0]), -day, hour, undefined, []],
  ['what happens now on one that has passed on asks nobody', switched, 2 * day, 2 * day, 's2', []],
  ['what happened while it was of another, asks that one', switched, minute, 2 * day, 's2', ['A']],
  ['and before that, too: it may have been adopted', switched, -day, 2 * day, 's2', ['A']],
  ['up to two hours after it was last seen there', switched, 2 * hour, 2 * day, 's2', ['A']],
  ['but not later', switched, 2 * hour + 1, 2 * day, 's2', []],
  ['in a session that is nobody\'s, the owner of now is asked as well', switched, day, 2 * day, 's3', ['B']],
  ['after a logout the owner of before', owned(['A', 0], ['-A', hour]), minute, 3 * hour, undefined, ['A']],
  ['who was away for 30 days', owned(['A', 0]), minute, 31 * day, undefined, ['A']],
  ['who has owned it twice is asked once', owned(['A', 0, 's1'], ['B', hour, 's2'], ['A', 2 * hour, 's3'], ['C', 3 * hour, 's4']), minute, day, 's4', ['A', 'B']],
  ['what was adopted by a claim that was long on its way', { ...switched, owners: noteAdopted(owned(['A', 0]).owners!, noon + 5 * hour).concat(switched.owners!.slice(1)) }, 5 * hour, 2 * day, 's2', ['A']],
])('WI9 whom a device asks about copies: %s', (_what, state, eventAt, receivedAt, session, whom) => {
  expect(asked(state, eventAt, receivedAt, session)).toEqual(whom)
})

test('WI9 nobody is asked about what is here, or twice about the same', () => {
  const events = [event(0, 's2', 'm1'), event(0, 's2', 'm2')]
  const ask = (ledger = nothing, known = noCopies): CopyQuestion[] =>
    questionsAbout(switched, events, neither, ledger, noon + 2 * day, known)
  const [question] = ask()
  const [first, second] = question!.hashes
  expect(question).toEqual({ owner: user('A'), hashes: [first, second] })
  expect(ask(knowing(first!))).toEqual([{ owner: user('A'), hashes: [second] }])
  expect(ask(nothing, withAnswer(noCopies, question!, [first!]))).toEqual([])
  expect(ask(nothing, withAnswer(noCopies, question!, []))).toEqual([])
})

test('WI9 a device that has joined another asks nobody: it passes all on', () => {
  const role = { kind: 'linked', to: { ...device, value: 'b' }, mergeId: 'm', since: noon } as const
  expect(asked({ ...switched, role }, 0, 2 * day, 's2')).toEqual([])
})

test('WI9 a copy goes to who has it, and shows nobody: neither is the owner seen, nor does a session end', () => {
  const at = 2 * day
  const events = [event(0, 's2', 'm1'), event(at, 's2', 'm2'), event(0, 's3', 'm3')]
  const [question] = questionsAbout(switched, events, neither, nothing, noon + at, noCopies)
  const known = withAnswer(noCopies, question!, question!.hashes)
  const copies = [{ to: user('A'), places: [0, 2] }]
  expect(attribute(switched, events, neither, nothing, noon + at, known)).toMatchObject({
    copies,
    passed: [1],
    own: [],
  })
  const copyAlone = attribute(switched, [events[0]!], neither, nothing, noon + at, known)
  expect(copyAlone).toMatchObject({ to: undefined, passed: [], own: [] })
  expect(copyAlone.state).toBe(switched)
})
