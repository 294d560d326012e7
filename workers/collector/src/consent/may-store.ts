import { type ConsentState, decide, type Event, policyUnder, readConsent } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'

/**
 * Whether a visitor's consent lets the collector keep a cookie on the device (SPEC CO5): to ALL the purposes that the source
 * collects for, or where it names none, to all that the workspace has. Global Privacy Control makes silence a refusal.
 */
export const mayStore = (
  { context }: Event,
  { collect = [], consent }: Source,
  { purposes }: Pick<CompiledWorkspace, 'purposes'>,
  isPrivate: boolean,
): ConsentState => {
  const policy = isPrivate ? 'opt-in' : policyUnder(consent?.policy)
  const needed = collect.length > 0 ? collect : purposes
  // Nobody can have agreed where nothing can be asked.
  if (needed.length === 0 && policy === 'opt-in') return 'unknown'
  return decide(needed, Object.fromEntries(readConsent(context)), policy)
}
