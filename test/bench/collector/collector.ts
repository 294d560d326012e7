import type { Area } from '../area.ts'
import type { Row } from '../row.ts'
import { measureAudiencesDefined } from './audiences-defined.ts'
import { measureChangeDelay } from './change-delay.ts'
import { measureDefence } from './defence.ts'
import { measureDollars } from './dollars.ts'
import { measureMemory } from './memory.ts'
import { measureProfileSize } from './profile-size.ts'
import { measureRowsAndAlarms } from './rows-and-alarms.ts'
import { measureThroughput } from './throughput.ts'

const measurements = {
  throughput: measureThroughput,
  'rows and alarms': measureRowsAndAlarms,
  'profile size': measureProfileSize,
  'audiences defined': measureAudiencesDefined,
  'change delay': measureChangeDelay,
  dollars: measureDollars,
  defence: measureDefence,
  memory: measureMemory,
}

/** What takes a minute even at its shortest: the short look leaves it out, unless it is asked for. */
const long = ['profile size', 'dollars', 'defence', 'memory']

/** The collector's budgets of DESIGN 7. */
export const collector: Area = {
  name: 'collector',
  async measure(options) {
    const rows: Row[] = []
    const { short, only } = options
    for (const [name, measure] of Object.entries(measurements))
      if (name.includes(only) && !(short && only === '' && long.includes(name))) rows.push(...(await measure(options)))
    return rows
  },
}
