import type { Area } from '../area.ts'
import type { Row } from '../row.ts'
import { measureManyDevices } from './many-devices.ts'
import { measureMergedAnswer } from './merged-answer.ts'
import { measureSteadyState } from './steady-state.ts'

const measurements = {
  'merged answer': measureMergedAnswer,
  'steady state': measureSteadyState,
  'many devices': measureManyDevices,
}

/** What it costs that visitors are known again (SPEC ID). */
export const identity: Area = {
  name: 'identity',
  isLong: true,
  async measure(options) {
    const rows: Row[] = []
    for (const [name, measure] of Object.entries(measurements))
      if (name.includes(options.only)) rows.push(...(await measure(options)))
    return rows
  },
}
