import type { Area } from './area.ts'
import { collector } from './collector/collector.ts'
import { deliveries } from './deliveries/deliveries.ts'
import { engine } from './engine/engine.ts'
import { identity } from './identity/identity.ts'
import { importArea } from './import/import.ts'
import { lake } from './lake/lake.ts'
import { privacy } from './privacy/privacy.ts'
import { sweep } from './sweep/sweep.ts'
import { tag } from './tag/tag.ts'

export const areas: readonly Area[] = [engine, collector, deliveries, identity, sweep, importArea, lake, privacy, tag]
