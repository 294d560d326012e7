import type { Area } from './area.ts'
import { collector } from './collector/collector.ts'
import { engine } from './engine/engine.ts'
import { sweep } from './sweep/sweep.ts'

export const areas: readonly Area[] = [engine, collector, sweep]
