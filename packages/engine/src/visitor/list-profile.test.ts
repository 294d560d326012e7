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

const scenarios: [what: string, state: VisitorState, notice: [type: string, order: number] | undefined][] = [
  ['an object of which nothing is known is no profile', empty, undefined],
  ['the first events create the profile', hosting, ['profile.created', 1]],
  ['a profile that is listed is not listed again', listed, undefined],
  ['a profile that moves is still one', moving, undefined],
  ['a profile that has moved ends', linked, ['profile.ended', 2]],
  ['an object that only ever linked was no profile', { ...linked, listings: 0, fragments: [] }, undefined],
  ['an ended profile ends once', { ...linked, listings: 2 }, undefined],
  ['a profile that comes back is created again, in order', { ...hosting, listings: 2 }, ['profile.created', 3]],
]

test.each(scenarios)('AU5 %s', (_what, state, expected) => {
  const { state: next, notice } = listProfile(state, 900)
  expect(notice && [notice.type, notice.order]).toEqual(expected)
  expect(next.listings).toBe(notice?.order ?? state.listings)
  expect(listProfile(next, 901).notice).toBeUndefined()
  if (notice) expect(notice).toMatchObject({ profileId: 'P', version: state.version, emittedAt: 900 })
})
