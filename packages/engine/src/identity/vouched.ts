import type { Event, Identifier } from '@spartito/protocol'
import type { Plan } from '../visitor/step.ts'
import { type EventIdentifiers, identifiersOf } from './identifiers-of.ts'

/**
 * What is vouched for among the identifiers that a request shows (SPEC ID11): all of them, by a source's secret key, or those that
 * a token of the owner's server names.
 */
export type Vouched = 'all' | readonly Identifier[]

export const vouchesFor = (vouched: Vouched, { type, value }: Identifier): boolean =>
  vouched === 'all' || vouched.some((identifier) => identifier.type === type && identifier.value === value)

/**
 * The identifiers by which an event is stitched. In strict mode a person or contact that nobody vouches for is a field of the event
 * and no more (SPEC ID11); it is not among the dropped, since nothing is wrong with it.
 */
export const stitchingIdentifiers = (
  event: Event,
  { identifierTypes, blocked, isStrict }: Pick<Plan, 'identifierTypes' | 'blocked' | 'isStrict'>,
  vouched: Vouched,
): EventIdentifiers => {
  const shown = identifiersOf(event, identifierTypes, blocked)
  if (!isStrict || vouched === 'all') return shown
  const isTrusted = (identifier: EventIdentifiers['identifiers'][number]): boolean =>
    identifier.class === 'device' || identifier.class === 'group' || vouchesFor(vouched, identifier)
  return { ...shown, identifiers: shown.identifiers.filter(isTrusted) }
}
