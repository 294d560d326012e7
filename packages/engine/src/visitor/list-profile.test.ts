import { expect, test } from 'vitest'
import { newFragment } from '../profile/fragment.ts'
import { listProfile } from './list-profile.ts'
import { newVisitor, type VisitorState } from './state.ts'

const device = { type: 'anonymous_id', value: 'a', class: 'device' } as const
const user = { type: 'user_id', value: 'A', class: 'person' } as const
const empty = newVisitor(device, 'P')
const hosting: VisitorState = { ...empty, version: 3, fragments: [newFragment(1, device, null)] }
const listed: VisitorState = { ...hosting, listings: 1 }
const moving: VisitorState = { ...listed, role: { kind: 'moving', to: user, mergeId: 'm', since: 1 } }
const linked: VisitorState = { ...listed, role: { kind: 'linked', to: user, mergeId: 'm', since: 1 } }

const scenarios: [
  what: string,
  state: VisitorState,
  notice: [type: string, order: number, cause?: string] | undefined,
][] = [
  ['an object of which nothing is known is no profile', empty, undefined],
  ['the first events create the profile', hosting, ['profile.created', 1]],
  ['a profile that is listed is not listed again', listed, undefined],
  ['a profile that moves is still one', moving, undefined],
  ['a profile that has moved ends', linked, ['profile.ended', 2, 'merge']],
  ['a device all of which has moved ends', { ...listed, fragments: [] }, ['profile.ended', 2, 'merge']],
  ['an object that only ever linked was no profile', { ...linked, listings: 0, fragments: [] }, undefined],
  ['an ended profile ends once', { ...linked, listings: 2 }, undefined],
  ['a profile that comes back is created again, in order', { ...hosting, listings: 2 }, ['profile.created', 3]],
]

test.each(scenarios)('AU5 %s', (_what, state, expected) => {
  const { state: next, notice } = listProfile(state, 900, false)
  expect(notice && [notice.type, notice.order, ...(notice.cause ? [notice.cause] : [])]).toEqual(expected)
  expect(next.listings).toBe(notice?.order ?? state.listings)
  expect(next.untold).toBeUndefined()
  expect(listProfile(next, 901, false).notice).toBeUndefined()
  if (notice) expect(notice).toMatchObject({ profileId: 'P', version: state.version, emittedAt: 900 })
})

test.each(scenarios)('AU6 with events, that bring a beginning and no end: %s', (_what, state, expected) => {
  const { state: next, notice } = listProfile({ ...state, commit: 7 }, 900, true)
  const begins = expected?.[0] === 'profile.created'
  expect(next.listings).toBe(expected?.[1] ?? state.listings)
  expect(notice?.type).toBe(begins ? undefined : expected?.[0])
  expect(next.untold).toEqual(
    begins
      ? {
          sinceCommit: 7,
          notice: {
            type: 'profile.created',
            profileId: 'P',
            order: expected[1],
            version: state.version,
            emittedAt: 900,
          },
        }
      : undefined,
  )
})

test('AU6 what events have still to tell is void once the profile has ended', () => {
  const begun = listProfile({ ...hosting, commit: 1 }, 900, true).state
  expect(listProfile(begun, 901, true).state).toBe(begun)
  const ended = listProfile({ ...begun, role: linked.role }, 902, false)
  expect(ended.notice).toMatchObject({ type: 'profile.ended', order: 2 })
  expect(ended.state.untold).toBeUndefined()
})

test('ID15 the end of a profile that has expired says so', () => {
  expect(listProfile({ ...listed, fragments: [] }, 900, false, true).notice).toMatchObject({
    cause: 'expiry',
    order: 2,
  })
  expect(listProfile(hosting, 900, false, false).notice).not.toHaveProperty('cause')
})
