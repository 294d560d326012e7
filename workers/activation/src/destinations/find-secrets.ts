import type { Destination, Secret } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { type Kind, kindOf } from './kind-of.ts'

/** A setting that is a secret, where its value comes from, and whether it is there. */
export interface FoundSecret {
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

/** The secrets that settings name. A value that was set with a line's end is taken without it. */
export const secretValues = (kind: Kind, settings: never, env: Env): SecretValue[] =>
  kind.secretNames(settings).map((setting) => {
    const secret = (settings as Record<string, Secret>)[setting]!
    const said = typeof secret === 'string' ? secret : (env as unknown as Record<string, unknown>)[secret.env]
    const value = typeof said === 'string' && said.trim() !== '' ? said.trim() : undefined
    const fault = value === undefined ? null : (kind.faultOfSecret?.(value) ?? null)
    return { setting, env: typeof secret === 'string' ? null : secret.env, isSet: value !== undefined, fault, value }
  })

/** What may be told of a destination's secrets. */
export const findSecrets = (env: Env, destination: Destination): FoundSecret[] => {
  const kind = kindOf(destination)
  const found = kind ? secretValues(kind, destination.settings as never, env) : []
  return found.map(({ value: _, ...told }) => told)
}
