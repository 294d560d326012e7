import { type Command, InvalidArgumentError, Option } from 'commander'
import { lakeOptions } from '../lake/lake-options.ts'
import type { PreviewFlags } from './preview.ts'

const maxDays = 400

const readDays = (text: string): number => {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > maxDays)
    throw new InvalidArgumentError(`days are a whole number from 1 to ${maxDays}.`)
  return days
}

const readInstant = (text: string): number => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('a time is written like 2026-01-31T12:00:00Z.')
  return at
}

export const registerPreview = (program: Command): Command =>
  lakeOptions(
    program
      .command('preview')
      .description('say how many profiles would be in an audience, by what the lake holds')
      .argument('<audience>', 'a JSON file with an audience or a condition, or the id of an audience of the workspace'),
  )
    .option('--workspace <place>', "the workspace, or a collector's address (workspace.ts, if there is one)")
    .option('--days <number>', 'at the end of each of so many days', readDays, 14)
    .option('--at <time>', 'as of this time and not of now', readInstant)
    .addOption(
      new Option('--policy <policy>', 'what it means that somebody has not decided about a purpose')
        .choices(['opt-in', 'opt-out'])
        .default('opt-in'),
    )
    .option('--json', 'print one line of JSON', false)
    .addHelpText(
      'after',
      `
An event counts from its own time on, whenever it arrived. Who has merged is one, as of the newest daily profiles. Sequences, mode, hasBeenFor, identifiers, scores, buckets and "for" cannot be previewed, which is said.

  $ spartito preview big-spenders.json --days 30
  $ spartito preview cart-abandoners --workspace workspace.ts --lake ./lake`,
    )
    .action(async (audience: string, flags: PreviewFlags) => (await import('./preview.ts')).preview(audience, flags))
