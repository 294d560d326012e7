import { identifierKey } from '@spartito/protocol'
import type { Claimant, VisitorState } from '../visitor/state.ts'
import { isAmong } from './find-person.ts'

/**
 * Takes what names an erased person out of somebody else's state: whose a shared device was, with whom a contact was shown, from whom a
 * profile was taken apart, what was refused over them. Pure; the same state when nothing does.
 *
 * @param keys of the erased person's identifiers
 */
export const forgetMentions = (state: VisitorState, keys: ReadonlySet<string>): VisitorState => {
  const is = (one: Pick<Claimant, 'type' | 'value'> | undefined): boolean => one !== undefined && isAmong(keys, one)
  const owners = state.owners?.filter(({ owner, host }) => !is(owner) && !is(host))
  const shown = state.shownWith && Object.entries(state.shownWith).filter(([key]) => !keys.has(key))
  const parted = state.parted?.filter((one) => !is(one))
  const refusals = state.refusals.filter(({ identifier }) => !is(identifier))
  const claims = Object.entries(state.claims).filter(([, { identifier, as }]) => !is(identifier) && !is(as))
  const isSame =
    owners?.length === state.owners?.length &&
    (shown?.length ?? 0) === Object.keys(state.shownWith ?? {}).length &&
    parted?.length === state.parted?.length &&
    refusals.length === state.refusals.length &&
    claims.length === Object.keys(state.claims).length
  if (isSame) return state
  return {
    ...state,
    ...(owners && { owners }),
    ...(shown && { shownWith: Object.fromEntries(shown) }),
    ...(parted && { parted }),
    refusals,
    claims: Object.fromEntries(claims),
  }
}

/** The keys of identifiers. */
export const keySet = (all: readonly Pick<Claimant, 'type' | 'value'>[]): ReadonlySet<string> =>
  new Set(all.map(identifierKey))
