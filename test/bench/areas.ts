import type { Area } from './area.ts'
import { collector } from './collector/collector.ts'
import { engine } from './engine/engine.ts'

export const areas: readonly Area[] = [engine, collector]
