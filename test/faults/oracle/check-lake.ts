import { mkdir } from 'node:fs/promises'
import { readMessageIds } from '../../support/read-message-ids.ts'
import { difference } from './difference.ts'

export interface CheckedLake {
  violations: string[]
  files: number
  /** rows before de-duplication: a unit sent again is written again */
  rows: number
}

/**
 * The lake, read as an analyst reads it: after de-duplication by `message_id` it holds what the profiles hold (SPEC LA2).
 *
 * @param copy copies the lake's events below a folder; @returns how many files
 */
export const checkLake = async (
  copy: (to: string) => Promise<number>,
  folder: string,
  stored: ReadonlySet<string>,
): Promise<CheckedLake> => {
  await mkdir(folder, { recursive: true })
  const files = await copy(folder)
  const found = files === 0 ? new Map<string, number>() : await readMessageIds(folder)
  const rows = [...found.values()].reduce((sum, count) => sum + count, 0)
  return { violations: difference('the lake', stored, new Set(found.keys())), files, rows }
}
