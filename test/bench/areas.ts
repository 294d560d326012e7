import type { Area } from './area.ts'
import { collector } from './collector/collector.ts'

export const areas: readonly Area[] = [collector]
