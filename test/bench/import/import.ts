import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runImport } from '../../import/import-process.ts'
import { acceptedEvents, findDifferences, importWorkspace } from '../../import/imported.ts'
import { historyMapping, writeHistory } from '../../import/write-history.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { Area, BenchOptions } from '../area.ts'
import { readCpu } from '../process-cpu.ts'
import { importRows, type MeasuredImport } from './import-rows.ts'

const seed = 20_261_122
const rowsAPerson = 50
const sample = 300

/** A history that is imported into a real collector, with a kill -9 of the importer in the middle (SPEC AU4, WI9). */
export const importArea: Area = {
  name: 'import',
  isLong: true,
  async measure({ short, rows = short ? 20_000 : 1_000_000, log }: BenchOptions) {
    const persons = Math.max(1, Math.round(rows / rowsAPerson))
    const folder = await makeTempFolder('bench-import')
    // As on the network. With the lake's confirmations, as `npm start` has them, objects send again after 15 s what a consumer that
    // falls behind has not come to, and it falls behind further.
    const live = await startSpartito({ folder: folder.path, mode: 'deployed' })
    try {
      await live.admin.publish(importWorkspace)
      const file = join(folder.path, 'history.csv')
      const history = await writeHistory(file, rows, persons, seed)
      await writeFile(join(folder.path, 'history.json'), JSON.stringify(historyMapping))
      log(`${rows} rows of ${persons} persons, ${((await stat(file)).size / 1e6).toFixed(0)} MB`)

      const memory: MeasuredImport['memory'] = []
      let next = 0.01
      const watch = (share: number, rssMb: number): void => {
        if (rssMb === 0) return
        memory.push({ share, rssMb })
        if (share < next) return
        log(`${(share * 100).toFixed(0)} %, importer ${rssMb.toFixed(0)} MB`)
        next = share + 0.1
      }
      const run = { folder: folder.path, collector: live.collector, watch }
      const before = await readCpu(live.runtime.pid)
      const killed = await runImport({ ...run, killAt: 0.5 })
      if (killed.summary) throw new Error('the importer had ended before it could be killed: take more --rows')
      log(`killed after ${killed.seconds.toFixed(0)} s, and started again`)
      const { summary, errors, seconds } = await runImport(run)
      if (!summary) throw new Error(`the second start failed: ${errors}`)
      const after = await readCpu(live.runtime.pid)
      log('until the queues are drained')
      const bad = Object.values(history.bad).reduce((sum, count) => sum + count, 0)
      const counted = await acceptedEvents(live.admin, rows - bad)
      const differences = await findDifferences(live.admin, history, sample, seededRandom(seed))
      for (const difference of differences.slice(0, 3)) log(JSON.stringify(difference))
      return importRows({
        persons,
        sample: Math.min(sample, history.told.size),
        seconds: killed.seconds + seconds,
        sendingSeconds: summary.seconds,
        memory,
        summary,
        bad,
        counted,
        differences: differences.length,
        workerdSeconds: (after?.workerd ?? Number.NaN) - (before?.workerd ?? Number.NaN),
      })
    } finally {
      await live.runtime.stop()
      await folder.remove()
    }
  },
}
