/** A file that is as large as compaction makes one, without somebody's rows; run with a small heap by `smallestHeap`. */
import { compactStep, compileSubjects, eraseFile, mayHold, stepLimits } from '@spartito/lake'
import { fullHour, hour, profileOf } from '../lake/full-hour.ts'

const store = await fullHour()
await compactStep('events', hour, store, stepLimits)
const joined = (await store.list('')).find(({ key }) => key.includes('joined-'))!
const subjects = compileSubjects([
  { erasureId: 'e', profileIds: [profileOf(1)], identifiers: [], visitors: [], until: Number.MAX_SAFE_INTEGER },
])
await mayHold('events', joined, store, subjects)
const erased = await eraseFile('events', joined, store, subjects, new Set())
process.send?.({ rows: Number(erased?.metadata.rows) })
