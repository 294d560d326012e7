import type { LakeErasureState } from '@spartito/lake'
import type { Row } from '../row.ts'

export interface MeasuredErasure {
  seconds: number
  /** of the runtime's processor */
  cpuSeconds: number
  state: LakeErasureState
  /** rows of all who were erased */
  rows: number
}

export interface MeasuredLakeErasure {
  /** of the lake */
  rows: number
  files: number
  one: MeasuredErasure
  thousand: MeasuredErasure & { persons: number }
  /** the smallest heap in which one file is rewritten, and how many rows are left of it */
  heap: { heapMb: number; rows: number }
}

const count = (of: number): string => of.toLocaleString('en')

const filesOf = ({ files, filesRead, filesRewritten }: LakeErasureState): string =>
  `${count(files)} files looked at, ${count(filesRead)} read, ${count(filesRewritten)} rewritten`

export const lakeErasureRows = ({ rows, files, one, thousand, heap }: MeasuredLakeErasure): Row[] => [
  {
    what: `a person of ${count(one.rows)} events and 20 devices, erased from ${count(rows)} rows in ${count(files)} files`,
    value: one.seconds,
    unit: 's',
    note: `${filesOf(one.state)}; ${count(one.rows)} rows went; ${one.cpuSeconds.toFixed(1)} s of the runtime's processor`,
  },
  {
    what: 'files read beyond those that were rewritten, of those that held nothing',
    value: (one.state.filesRead - one.state.filesRewritten) / Math.max(1, one.state.files - one.state.filesRewritten),
    unit: 'x',
    // Some 42 names of a person, each let through by one filter in a thousand.
    budget: { kind: 'at most', limit: 0.15, tolerance: 0 },
    note: 'a Bloom filter at the end of each joined file tells which need not be read',
  },
  {
    what: `${count(thousand.persons)} persons erased from the same in one pass`,
    value: thousand.seconds,
    unit: 's',
    note: `${filesOf(thousand.state)}; ${count(thousand.rows)} rows went, ${count(rows - one.rows - thousand.rows)} were written again: ${count(Math.round(rows / thousand.seconds))} rows a second, with ${thousand.cpuSeconds.toFixed(1)} s of the runtime's processor`,
  },
  {
    what: `heap of joining a file as large as one may be, and of writing it again with ${count(heap.rows)} rows`,
    value: heap.heapMb,
    unit: 'MB',
    budget: { kind: 'at most', limit: 64, tolerance: 0 },
    note: 'the smallest limit of V8 in which it ends, in Node, the joining included',
  },
]
