import type { TakenDelivery } from '@spartito/engine'
import {
  type ConsentPolicy,
  type ConsentRecord,
  type ConsentState,
  decide,
  type Event,
  type Purpose,
  readConsent,
} from '@spartito/protocol'
import type { Env } from '../env.ts'
import { visitorStub } from '../object-stubs.ts'

/** What a visitor's object says of consent, as of now. */
export interface ConsentNow {
  consent: ConsentRecord
  policy: ConsentPolicy
}

const isRefused = ({ context }: Event, purposes: readonly Purpose[]): boolean =>
  decide(purposes, Object.fromEntries(readConsent(context)), 'opt-out') === 'denied'

/** Undefined when the profile is gone. @throws Error when the object cannot be asked */
const decisionOf = async (
  visitor: string,
  purposes: readonly Purpose[],
  env: Env,
): Promise<ConsentState | undefined> => {
  const said = await visitorStub(env, visitor).consents()
  if (said === null) return undefined
  const { consent, policy } = JSON.parse(said) as ConsentNow
  return decide(purposes, consent, policy)
}

/**
 * An exit by a merge whose survivor is a member removes nobody at a destination that knows people by their contacts (AU6). One that may not
 * have the survivor has to let go of it: there the survivor counts as no member. Asked of the survivor, as of now.
 */
export const partFromSurvivor = async (
  { delivery, visitor }: TakenDelivery,
  purposes: readonly Purpose[],
  env: Env,
): Promise<void> => {
  const survivor = delivery.kind === 'change' ? delivery.change.mergedInto : undefined
  if (survivor?.isMember) survivor.isMember = (await decisionOf(visitor, purposes, env)) === 'granted'
}

/**
 * Why a delivery may not go out (SPEC DE6); undefined when it may. Asked of the visitor's object, or of the one that its profile has
 * moved to: one call an entry. An exit always goes: it removes somebody, and follows an entry that had its consent.
 *
 * @throws Error when the object cannot be asked: then nothing goes out
 */
export const askConsent = async (
  { delivery, visitor }: TakenDelivery,
  purposes: readonly Purpose[],
  env: Env,
): Promise<string | undefined> => {
  if (delivery.kind === 'change' && delivery.change.type === 'audience.exited') return undefined
  // A profile may have consented since; what was done under a refusal stays here.
  if (delivery.kind === 'event' && isRefused(delivery.event, purposes)) return 'consent is denied by the event itself'
  if (visitor === '') return 'nobody is known who could have consented'
  const decision = await decisionOf(visitor, purposes, env)
  if (decision === undefined) return 'the profile is gone'
  return decision === 'granted' ? undefined : `consent is ${decision}`
}
