import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempFolder {
  path: string
  remove(): Promise<void>
}

/** A new folder for one run's state. */
export const makeTempFolder = async (name: string): Promise<TempFolder> => {
  const path = await mkdtemp(join(tmpdir(), `spartito-${name}-`))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}
