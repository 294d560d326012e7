import type { Command } from 'commander'
import { lakeOptions, readDay } from '../lake/lake-options.ts'
import type { QueryFlags } from './query.ts'

export const registerQuery = (program: Command): Command =>
  lakeOptions(
    program
      .command('query')
      .description('answer a question in SQL about what the lake holds')
      .argument('<sql>', 'one select, as DuckDB reads it'),
  )
    .option('--since <day>', 'read only what arrived from this day on, in UTC', readDay)
    .option(
      '--read <folder>',
      'let the question read files of this folder, too',
      (folder, all: string[]) => [...all, folder],
      [],
    )
    .option('--json', 'print one line of JSON a row', false)
    .option('--csv', 'print CSV, in which no cell is a formula', false)
    .addHelpText(
      'after',
      `
Tables: events, changes, consents, deliveries, quarantine, profiles. "describe events" lists the columns.
consented_events(['marketing']) has the events that may be used for a purpose, by the consent of their time;
events_with_consent(['marketing']) has all, with a column consent.

  $ spartito query "select type, event, count(*) from events group by all order by 3 desc"
  $ spartito query "select properties->>'sku' as sku, count(*) from events group by all" --collector https://data.example.com
  $ spartito query "from changes" --lake ./lake --csv > changes.csv`,
    )
    .action(async (sql: string, flags: QueryFlags) => (await import('./query.ts')).query(sql, flags))
