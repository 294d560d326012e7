import { openInput } from './input.ts'
import type { RejectedRow } from './rejected-rows.ts'
import { sortInput } from './sort-input.ts'

const shown = { events: 3, rejected: 5 }

/** Reads all rows and shows what would be sent, and what would not: the first events, and the first rows that make none. */
export const dryRun = async (file: string, { map, json }: { map?: string; json: boolean }): Promise<void> => {
  const { input } = await openInput(file, map)
  const events: unknown[] = []
  const rejected: RejectedRow[] = []
  const codes: Record<string, number> = {}
  const rows = await sortInput(input.open(), input.format, input.mapping, {
    take({ json: event }) {
      if (events.length < shown.events) events.push(JSON.parse(event))
    },
    reject(row) {
      codes[row.code] = (codes[row.code] ?? 0) + 1
      if (rejected.length < shown.rejected) rejected.push(row)
    },
  })
  const count = Object.values(codes).reduce((sum, of) => sum + of, 0)
  if (count > 0) process.exitCode = 2
  if (json) return console.log(JSON.stringify({ rows, events, rejected: codes, firstRejected: rejected }))
  for (const event of events) console.log(JSON.stringify(event, null, 2))
  console.log(
    `${rows.toLocaleString('en')} rows, ${count.toLocaleString('en')} of them cannot be sent; nothing was sent`,
  )
  for (const { row, code, message } of rejected) console.log(`  row ${row}: ${code}, ${message}`)
}
