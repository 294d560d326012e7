import { glob, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Deletes what a kill in the middle of a write has left in buckets and namespaces: temporary files that nothing names, with what somebody
 * may since have had erased. Nobody else may use the folder meanwhile.
 */
export const removeTornBlobs = async (stateDir: string): Promise<void> => {
  for await (const file of glob('{r2,kv}/*/blobs/.*.tmp', { cwd: stateDir })) await rm(join(stateDir, file))
}
