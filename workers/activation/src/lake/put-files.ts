import type { LakeFile } from '@spartito/lake'
import type { Env } from '../env.ts'
import { keeperStub } from '../object-stubs.ts'

/**
 * Stores files under their keys, so that a repeated call overwrites (SPEC LA1), then tells whoever joins them of their hours.
 *
 * @throws Error unless all are stored and told of
 */
export const putFiles = async (env: Env, files: readonly LakeFile[]): Promise<void> => {
  if (files.length === 0) return
  for (const { key, body, metadata } of files) await env.LAKE.put(key, body, { customMetadata: metadata })
  const hours = new Map(files.map(({ kind, hour }) => [`${kind} ${hour}`, { kind, hour }]))
  await keeperStub(env).note([...hours.values()])
}
