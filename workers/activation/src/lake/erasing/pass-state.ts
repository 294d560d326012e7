import { type LakeKind, readFileKey } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'

/** An hour's folder, or a day's of profiles. */
export interface Folder {
  kind: LakeKind
  hour: string
}

/**
 * Where a pass through all files has come to. `walk` goes through each kind by the order of keys; `late` through the hours that were written
 * to meanwhile; `parked` through what was parked; `forget` deletes who was looked for.
 */
export interface PassState {
  begunAt: EpochMs
  phase: 'walk' | 'late' | 'parked' | 'forget'
  /** of a walk: the place of the kind in `lakeKinds` */
  kind: number
  /** the last key that is done, of the kind or folder; empty at its beginning */
  after: string
  /** folders that are left, of the phase `late` */
  late: Folder[]
  files: number
  filesRead: number
  filesRewritten: number
}

export const newPass = (begunAt: EpochMs): PassState => ({
  begunAt,
  phase: 'walk',
  kind: 0,
  after: '',
  late: [],
  files: 0,
  filesRead: 0,
  filesRewritten: 0,
})

/** The folder in whose middle a pass is: its files must stay where they are until it is through. */
export const folderUnderWay = ({ after, late, phase }: PassState): Folder | undefined => {
  if (phase === 'late') return late[0]
  const named = readFileKey(after)
  return phase === 'walk' && named ? { kind: named.kind as LakeKind, hour: named.hour } : undefined
}
