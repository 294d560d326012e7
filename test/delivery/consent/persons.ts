import { basic, keys } from '../../support/keys.ts'

/** What a person has said about `marketing` and `analytics`; `private` is nothing, in a browser with Global Privacy Control. */
export const states = ['granted', 'denied', 'unknown', 'private'] as const
export const laws = ['opt-in', 'opt-out', 'none'] as const
export type State = (typeof states)[number]
export type Law = (typeof laws)[number]

/** One person of the matrix. */
export interface Person {
  key: string
  state: State
  law: Law
  /** it is signed in on a second device as well, where it had granted before */
  isMerged: boolean
  /** it withdraws while what it did is waiting to be delivered */
  withdraws: boolean
}

/** Where no law asks, only a signal means something else than under opt-out: that is told by who is alone and stays as it is. */
const isTelling = ({ law, isMerged, withdraws }: Person): boolean => law !== 'none' || !(isMerged || withdraws)

export const persons: readonly Person[] = states
  .flatMap((state) =>
    laws.flatMap((law) =>
      [false, true].flatMap((isMerged) =>
        [false, true].map((withdraws) => ({
          key: [state, law, isMerged ? 'merged' : 'single', withdraws ? 'withdrawn' : 'kept'].join('-'),
          state,
          law,
          isMerged,
          withdraws,
        })),
      ),
    ),
  )
  .filter(isTelling)

/** By the rules, and not by what decides them: whether a person may be used for what needs consent. */
const mayBeUsed: Record<State, Record<Law, boolean>> = {
  granted: { 'opt-in': true, 'opt-out': true, none: true },
  denied: { 'opt-in': false, 'opt-out': false, none: false },
  unknown: { 'opt-in': false, 'opt-out': true, none: true },
  private: { 'opt-in': false, 'opt-out': false, none: true },
}

/** CO4: unknown does not deny where another device of the person has granted. Where a signal refuses it is not unknown. */
export const wasAllowed = ({ state, law, isMerged }: Person): boolean =>
  isMerged && state === 'unknown' ? true : mayBeUsed[state][law]

/** What a source decides that knows one device alone. */
export const isTaken = ({ state, law }: Person): boolean => mayBeUsed[state][law]

export const decision = 'Segment Consent Preference Updated'
const choices = { granted: { marketing: true, analytics: true }, denied: { marketing: false, analytics: false } }

interface Sent {
  device: string
  event: string
  says?: 'granted' | 'denied' | undefined
  isPrivate?: boolean
  userId?: string
  /** makes it another event than the same before it */
  once?: string
}

/** The write key of a source that takes anything (`open`), or nothing without consent to `analytics` (`strict`). */
export const keyOf = (kind: 'open' | 'strict', law: Law): string => `wk_of_${kind}_${law}`

/** @returns the code that the event was refused with; undefined when it was taken */
export const send = async (
  collector: string,
  writeKey: string,
  { device, event, says, isPrivate = false, userId, once = '' }: Sent,
): Promise<string | undefined> => {
  const context = says ? { consent: { categoryPreferences: choices[says] } } : {}
  const its = {
    anonymousId: device,
    messageId: `${device} ${event} ${says ?? ''} ${once}`,
    context,
    ...(userId && { userId }),
  }
  const type = event === 'identify' ? { type: 'identify' } : { type: 'track', event }
  const response = await fetch(`${collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(writeKey), ...(isPrivate && { 'sec-gpc': '1' }) },
    body: JSON.stringify({ batch: [{ ...type, ...its }] }),
    signal: AbortSignal.timeout(20_000),
  })
  const { rejected } = (await response.json()) as { rejected: { code: string }[] }
  return rejected[0]?.code
}

const ask = async <T>(collector: string, path: string): Promise<T> => {
  const headers = { authorization: `Bearer ${keys.admin}` }
  const response = await fetch(`${collector}/admin/${path}`, { headers, signal: AbortSignal.timeout(20_000) })
  return response.json() as Promise<T>
}

export interface Profile {
  profileId: string
  audiences: { id: string }[]
  consent: Record<string, { state: string }>
  decisions: { choice: object; law: string }[]
}

export const profileOf = (collector: string, device: string): Promise<Profile> =>
  ask(collector, `profiles/anonymous_id/${device}`)

export interface Listed {
  destination: string
  id: string
  profileId: string
  state: string
  reason: string | null
}

/** All deliveries in a state. */
export const deliveriesIn = async (collector: string, state: string): Promise<Listed[]> => {
  const all: Listed[] = []
  let from: string | null = ''
  while (from !== null) {
    const after: string = from === '' ? '' : `&after=${encodeURIComponent(from)}`
    const page: { deliveries: Listed[]; next: string | null } = await ask(
      collector,
      `deliveries?state=${state}&limit=500${after}`,
    )
    all.push(...page.deliveries)
    from = page.next
  }
  return all
}
