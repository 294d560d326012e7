import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'

/** The key in KV that says until when somebody listens. */
const key = 'live'
/** KV keeps nothing for less. */
const minTtlSeconds = 60

/** What this isolate knows. */
let until: EpochMs = 0

/** Whether somebody may be listening. Nothing else of the live tail is done with a request while nobody is. */
export const isListened = (now: EpochMs): boolean => now < until

export const noteListening = (to: EpochMs): void => {
  until = to
}

/** Tells all isolates until when somebody listens: each looks when it looks for a newer workspace. */
export const publishListening = (env: Pick<Env, 'CONFIG'>, to: EpochMs, now: EpochMs): Promise<void> =>
  env.CONFIG.put(key, String(to), { expirationTtl: Math.max(minTtlSeconds, Math.ceil((to - now) / 1_000)) })

/** Looks whether somebody listens. What cannot be read says nothing new, and holds up no event. */
export const readListening = async (env: Pick<Env, 'CONFIG'>): Promise<void> => {
  try {
    until = Number(await env.CONFIG.get(key, { type: 'text', cacheTtl: 30 }))
  } catch (error) {
    console.error(JSON.stringify({ at: 'live.read', error: String(error) }))
  }
}
