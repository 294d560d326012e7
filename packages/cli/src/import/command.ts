import { type Command, InvalidArgumentError } from 'commander'
import type { ImportFlags, ImportSummary } from './import.ts'

const readParallel = (text: string): number => {
  const parallel = Number(text)
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 16)
    throw new InvalidArgumentError('it is a whole number from 1 to 16.')
  return parallel
}

const tell = (summary: ImportSummary): string => {
  const count = (of: number): string => of.toLocaleString('en')
  const { rows, accepted, duplicate, quarantined, rejected, seconds, wasDone, rejectedFile } = summary
  const lost = rows - accepted - duplicate - quarantined - rejected
  return [
    wasDone
      ? `${count(rows)} rows were imported before; nothing was sent. --restart sends them again, and each counts once:`
      : `${count(rows)} rows in ${seconds.toFixed(1)} s:`,
    `  ${count(accepted)} accepted`,
    ...(duplicate > 0 ? [`  ${count(duplicate)} the collector had already`] : []),
    ...(quarantined > 0 ? [`  ${count(quarantined)} in quarantine`] : []),
    ...(rejected > 0 ? [`  ${count(rejected)} rejected, listed in ${rejectedFile}`] : []),
    ...(lost !== 0 ? [`  ${count(lost)} of which the collector said nothing`] : []),
  ].join('\n')
}

const example = `
A mapping says where each field of the event comes from: a column, or a constant.

  {
    "delimiter": ";",
    "fields": {
      "type": { "value": "track" },
      "event": { "value": "Order Completed" },
      "timestamp": { "column": "ordered at", "format": "dd.MM.yyyy HH:mm", "zone": "Europe/Berlin" },
      "userId": "customer no",
      "messageId": "order no",
      "traits.email": "e-mail",
      "properties.revenue": { "column": "total", "as": "number", "decimal": "," },
      "properties.currency": { "value": "EUR" }
    }
  }

  $ spartito import orders.csv --map orders.json --to https://data.example.com

Exit code 0: all rows are with the collector. 2: done, and some were rejected. 1: it stopped; the same command goes on.`

export const registerImport = (program: Command): Command =>
  program
    .command('import')
    .description('bring what happened before, at its own times: CSV or NDJSON, resumable')
    .argument('<file>', 'a CSV file, or NDJSON: with a mapping, or events as they are; - for standard input')
    .requiredOption('--to <address>', "the collector's address")
    .option('--map <file>', 'what the columns are, as JSON; needed for CSV')
    .option('--key-env <name>', 'the environment variable with the secret key of a source of kind server', 'SERVER_KEY')
    .option('--parallel <number>', 'how many batches are on their way at a time', readParallel, 4)
    .option('--work <folder>', 'where the progress and the sorted rows are kept; beside the file when left out')
    .option('--restart', 'forget the progress; what the collector has counts once', false)
    .option('--dry-run', 'read all rows, show the first events and what would be rejected, send nothing', false)
    .option('--json', 'print one line of JSON at the end, and no progress', false)
    .addHelpText('after', example)
    .action(async (file: string, flags: ImportFlags) => {
      if (flags.dryRun) return (await import('./dry-run.ts')).dryRun(file, flags)
      const summary = await (await import('./import.ts')).importFile(file, flags)
      console.log(flags.json ? JSON.stringify(summary) : tell(summary))
      if (summary.rejected > 0) process.exitCode = 2
    })
