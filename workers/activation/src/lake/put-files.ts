import type { LakeFile } from '@spartito/lake'
import type { Env } from '../env.ts'

/** Stores files under their keys, so that a repeated call overwrites (SPEC LA1). @throws Error unless all are stored */
export const putFiles = async (env: Env, files: readonly LakeFile[]): Promise<void> => {
  for (const { key, body, metadata } of files) await env.LAKE.put(key, body, { customMetadata: metadata })
}
