import type { Area } from '../area.ts'
import type { Row } from '../row.ts'
import { measureLakeErasure } from './lake-erasure.ts'
import { measureSaga } from './saga.ts'

const measurements = {
  saga: measureSaga,
  lake: measureLakeErasure,
}

/** Erasure of persons (SPEC CO7): one through the whole product as its owner asks for it, and from a large lake, with the files it takes. */
export const privacy: Area = {
  name: 'privacy',
  isLong: true,
  async measure(options) {
    const rows: Row[] = []
    for (const [name, measure] of Object.entries(measurements))
      if (name.includes(options.only)) rows.push(...(await measure(options)))
    return rows
  },
}
