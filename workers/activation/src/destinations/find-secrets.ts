import { secretAt, secretPaths } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { type Kind, kindOf } from './kind-of.ts'

/** A setting that is a secret, where its value comes from, and whether it is there. */
export interface FoundSecret {
  /** its path in the settings */
  setting: string
  /** the name of the Worker secret; null for a value in the workspace, which is for development alone */
  env: string | null
  isSet: boolean
  /** what is wrong with its value */
  fault: string | null
}

/** A setting's secret, and its value, which stays in this Worker. */
export interface SecretValue extends FoundSecret {
  value: string | undefined
}

/** Secrets that settings name, by their paths. A value that was set with a line's end is taken without it. */
const secretValues = (kind: Kind, settings: never, env: Env, paths: readonly string[]): SecretValue[] =>
  paths.map((setting) => {
    const secret = secretAt(settings, setting)!
    const said = typeof secret === 'string' ? secret : (env as unknown as Record<string, unknown>)[secret.env]
    const value = typeof said === 'string' && said.trim() !== '' ? said.trim() : undefined
    const fault = value === undefined ? null : (kind.faultOfSecret?.(value) ?? null)
    return { setting, env: typeof secret === 'string' ? null : secret.env, isSet: value !== undefined, fault, value }
  })

/** What may be told of a destination's secrets. */
export const findSecrets = (env: Env, destination: Destination): FoundSecret[] => {
  const kind = kindOf(destination)
  const settings = destination.settings as never
  const found = kind ? secretValues(kind, settings, env, secretPaths(kind, settings)) : []
  return found.map(({ value: _, ...told }) => told)
}

/**
 * The values of secrets, by their paths in the settings; or what is to be done about one that is missing or wrong.
 *
 * @param paths those that are needed
 */
export const secretsOf = (
  { id, settings }: Destination,
  kind: Kind,
  env: Env,
  paths: readonly string[],
): { secrets: Record<string, string>; fault?: string } => {
  const secrets: Record<string, string> = {}
  for (const { setting, env: name, value, fault } of secretValues(kind, settings as never, env, paths)) {
    const called = name ?? setting
    if (value === undefined)
      return { secrets, fault: `the secret ${called} of ${id} is not set: wrangler secret put ${called}` }
    if (fault !== null)
      return { secrets, fault: `the secret ${called} of ${id} ${fault}: wrangler secret put ${called}` }
    secrets[setting] = value
  }
  return { secrets }
}
