import type { Destination, Secret } from '@spartito/workspace'
import { kindOf } from '../deliveries/attempt.ts'
import type { Env } from '../env.ts'

/** A setting that is a secret, where its value comes from, and whether it is there. */
export interface FoundSecret {
  setting: string
  /** the name of the Worker secret; null for a value in the workspace, which is for development alone */
  env: string | null
  isSet: boolean
}

/** The secrets that a destination's settings name; their values stay here. */
export const findSecrets = (env: Env, destination: Destination): FoundSecret[] => {
  const settings = destination.settings as unknown as Record<string, Secret>
  const names = kindOf(destination)?.secretNames(settings as never) ?? []
  return names.map((setting) => {
    const secret = settings[setting]!
    if (typeof secret === 'string') return { setting, env: null, isSet: true }
    const value = (env as unknown as Record<string, unknown>)[secret.env]
    return { setting, env: secret.env, isSet: typeof value === 'string' && value !== '' }
  })
}
