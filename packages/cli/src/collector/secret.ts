import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Where `spartito init` writes the secrets of a deployment, in the folder that commands are run in. */
export const secretsFile = '.dev.vars'

/** What `.dev.vars` holds becomes part of the environment, which goes first. */
export const loadSecrets = (): void => {
  if (!existsSync(secretsFile)) return
  for (const [name, value] of Object.entries(parseEnv(readFileSync(secretsFile, 'utf8')))) process.env[name] ??= value
}

/** @param toDo what somebody should do whose environment has none */
export const requireSecret = (name: string, toDo: string): string => {
  loadSecrets()
  const secret = process.env[name]
  if (!secret) throw new Error(`${name} is not set, and ${secretsFile} does not hold it: ${toDo}`)
  return secret
}
