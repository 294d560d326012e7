import type { Area } from '../area.ts'
import type { Row } from '../row.ts'
import { measureEngineAudiences } from './audiences-defined.ts'
import { measureEventsPerSecond } from './events-per-second.ts'
import { measureEngineProfiles } from './profile-size.ts'
import { measureRules } from './rules.ts'

const measurements = [measureEventsPerSecond, measureEngineAudiences, measureEngineProfiles, measureRules]

/** The pure engine in one process, without I/O: what the collector adds is in the area `collector`. */
export const engine: Area = {
  name: 'engine',
  isLong: true,
  async measure(options) {
    const rows: Row[] = []
    for (const measurement of measurements) rows.push(...(await measurement(options)))
    return rows
  },
}
