import type { ConsentState, Json } from '@spartito/protocol'
import type { Endpoint } from './send-batch.ts'

/** What is known of a person, as a server of the owner reads it. */
export interface Profile {
  profileId: string
  traits: { [name: string]: Json }
  /** all that the profile is in, exposed to pages or not, sorted */
  audiences: string[]
  /** by purpose */
  consent: { [purpose: string]: ConsentState }
}

/**
 * Reads the profile of an identifier (SPEC WI1).
 *
 * @returns undefined when nobody has it
 * @throws Error when the collector cannot be asked, or refuses to answer, with why
 */
export const readProfile = async (
  { collector, key, fetch, timeoutMs }: Endpoint,
  type: string,
  value: string,
): Promise<Profile | undefined> => {
  const response = await fetch(`${collector}/v1/profiles/${encodeURIComponent(type)}/${encodeURIComponent(value)}`, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { authorization: `Basic ${btoa(`${key}:`)}` },
  })
  if (response.ok) return (await response.json()) as Profile
  const { code, message } = (await response.json().catch(() => ({}))) as { code?: string; message?: string }
  if (response.status === 404 && code === 'not_found') return undefined
  throw new Error(`the collector answered ${response.status}: ${message ?? 'nothing that can be read'}`)
}
