import { mkdir, rm } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { requireEncryption } from '../collector/require-encryption.ts'
import { requireSecret } from '../collector/secret.ts'
import { lockState } from '../dev/state-lock.ts'
import { type Input, openInput } from './input.ts'
import { differenceOf, type ImportIdentity, type Progress, readProgress, writeProgress } from './progress.ts'
import { createProgressLine, progressText } from './progress-line.ts'
import { openRejectedRows } from './rejected-rows.ts'
import { createSender } from './send-batches.ts'
import { sendSorted } from './send-sorted.ts'
import { sortInput } from './sort-input.ts'
import { createRowSorter, partsFor, removeSorted } from './sorted-rows.ts'

export interface ImportFlags {
  to: string
  keyEnv: string
  map?: string
  work?: string
  parallel: number
  restart: boolean
  dryRun: boolean
  json: boolean
}

/** What became of an import's rows. */
export interface ImportSummary {
  rows: number
  accepted: number
  duplicate: number
  quarantined: number
  rejected: number
  seconds: number
  /** whether an earlier start had finished it, and this one sent nothing */
  wasDone: boolean
  /** where the rejected rows are listed, if there are any */
  rejectedFile: string | null
}

/** Sorts the input into a folder. A kill leaves no progress, and the next start sorts again. */
const sort = async (
  { open, format, mapping }: Input,
  identity: ImportIdentity,
  folder: string,
  rejectedFile: string,
  tell: (rows: number) => void,
): Promise<Progress> => {
  const parts = partsFor(identity.input?.bytes)
  const sorter = createRowSorter(folder, parts)
  const rejections = openRejectedRows(rejectedFile, 0)
  let rejected = 0
  let seen = 0
  let isWhole = false
  try {
    const rows = await sortInput(open(), format, mapping, {
      take(row) {
        sorter.add(row)
        tell(++seen)
      },
      reject(row) {
        rejections.add([row])
        rejected++
        tell(++seen)
      },
    })
    isWhole = true
    const rejectedBytes = rejections.sync()
    const counts = { accepted: 0, duplicate: 0, quarantined: 0, rejected, rejectedBytes }
    return { ...identity, version: 1, phase: 'sending', rows, parts, part: 0, batches: 0, ...counts, seconds: 0 }
  } finally {
    sorter.close(isWhole)
    rejections.close()
    if (!isWhole) await removeSorted(folder, parts)
  }
}

const settled = ({ accepted, duplicate, quarantined, rejected }: Progress): number =>
  accepted + duplicate + quarantined + rejected

const summaryOf = (progress: Progress, rejectedFile: string, wasDone: boolean): ImportSummary => {
  const { rows, accepted, duplicate, quarantined, rejected, seconds } = progress
  return {
    rows,
    accepted,
    duplicate,
    quarantined,
    rejected,
    seconds,
    wasDone,
    rejectedFile: rejected > 0 ? rejectedFile : null,
  }
}

/**
 * Brings a file of what happened before to a collector: sorts its rows by person, then sends them in batches. A start that
 * is killed, at any moment, is gone on with by the next one; no row is lost, and none counts twice.
 *
 * @param file CSV or NDJSON; `-` for standard input, which a second start has to be given again
 * @throws Error that says what to do
 */
export const importFile = async (file: string, flags: ImportFlags): Promise<ImportSummary> => {
  const { origin: collector } = requireEncryption(flags.to)
  const key = requireSecret(flags.keyEnv, 'put the secret key of a source of kind server into it')
  const { input, identity: of } = await openInput(file, flags.map)
  const identity = { ...of, collector }
  const name = file === '-' ? 'stdin' : file
  const folder = resolve(flags.work ?? `${name}.import`)
  const rejectedFile = resolve(flags.work ?? '.', `${flags.work ? basename(name) : name}.rejected.ndjson`)
  const line = createProgressLine(process.stderr.isTTY && !flags.json)

  await mkdir(folder, { recursive: true })
  const unlock = await lockState(folder, '--work')
  try {
    let begun = flags.restart || file === '-' ? undefined : readProgress(folder)
    const difference = begun && differenceOf(begun, identity)
    if (difference)
      throw new Error(
        `${folder} holds another import: ${difference}. --restart begins anew; rows that the collector has count once`,
      )
    if (begun?.phase === 'done') return summaryOf(begun, rejectedFile, true)
    if (!begun) {
      await rm(resolve(folder, 'progress.json'), { force: true })
      begun = await sort(input, identity, folder, rejectedFile, (rows) =>
        line.show(() => `reading: ${rows.toLocaleString('en')} rows`),
      )
      writeProgress(folder, begun)
      line.say(
        `${begun.rows.toLocaleString('en')} rows were read, ${begun.rejected.toLocaleString('en')} of them cannot be sent`,
      )
    } else line.say(`going on from ${settled(begun).toLocaleString('en')} of ${begun.rows.toLocaleString('en')} rows`)

    const startedAt = performance.now()
    const from = begun
    const seconds = (): number => (performance.now() - startedAt) / 1_000
    const rejections = openRejectedRows(rejectedFile, from.rejectedBytes)
    const onRetry = (why: string, delayMs: number): void =>
      line.say(`the collector asks to wait ${(delayMs / 1_000).toFixed(1)} s (${why})`)
    const sent = await sendSorted(folder, from, flags.parallel, {
      send: createSender({ collector, key, onRetry }),
      reject: (rows) => rejections.add(rows),
      keep(progress) {
        const whole = { ...progress, rejectedBytes: rejections.sync(), seconds: from.seconds + seconds() }
        writeProgress(folder, whole)
        line.show(() => progressText(settled(progress), progress.rows, settled(from), seconds()))
      },
    })
    const done: Progress = {
      ...sent,
      phase: 'done',
      rejectedBytes: rejections.sync(),
      seconds: from.seconds + seconds(),
    }
    rejections.close()
    writeProgress(folder, done)
    await removeSorted(folder, done.parts)
    return summaryOf(done, rejectedFile, false)
  } finally {
    line.end()
    await unlock()
  }
}
