/** One step of compaction that is as large as a step may be; run with a small heap by `step-heap.ts`. */
import { compactStep, stepLimits } from '@spartito/lake'
import { fullHour, hour } from './full-hour.ts'

const done = await compactStep('events', hour, await fullHour(), stepLimits)
process.send?.(done)
