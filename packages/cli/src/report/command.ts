import { type Command, InvalidArgumentError, Option } from 'commander'
import { lakeOptions, readDay } from '../lake/lake-options.ts'
import { type CampaignPart, campaignParts, type TouchRule, touchRules } from './attribution-options.ts'
import type { ReadyReport } from './report.ts'
import type { ReportFlags } from './run-report.ts'

/** The rules are loaded with the report alone: other commands start without them. */
const readMs = async (text: string, flag: string): Promise<number> => {
  const ms = (await import('@spartito/engine')).readDuration(text)
  if (ms === undefined) throw new Error(`${flag} is written like P7D or PT30M, and not ${text}`)
  return ms
}

const readBy = (text: string): CampaignPart[] => {
  const parts = text.split(',').map((part) => part.trim())
  const known = campaignParts.filter((part) => parts.includes(part))
  if (known.length !== parts.length)
    throw new InvalidArgumentError(`name some of ${campaignParts.join(', ')}, with commas between.`)
  return known
}

const common = (command: Command): Command =>
  lakeOptions(command)
    .option('--since <day>', 'the first day, in UTC (29 days before the last)', readDay)
    .option('--until <day>', 'the last day, in UTC (today)', readDay)
    .option('--html <file>', 'write one page, with bars, that needs nothing else')
    .option('--json', 'print one line of JSON', false)
    .option('--csv', "print the report's first table as CSV", false)

const run = async <Options>(report: ReadyReport<Options>, options: Options, flags: ReportFlags): Promise<void> =>
  (await import('./run-report.ts')).runReport(report, options, flags)

const registerFunnel = (command: Command): Command =>
  common(
    command
      .command('funnel')
      .description('how many profiles went from step to step')
      .argument('<steps...>', 'names of events in order; page, screen, identify and group for those calls'),
  )
    .option('--within <duration>', 'from the first step to the last', 'P7D')
    .action(async (steps: string[], flags: ReportFlags & { within: string }) => {
      if (steps.length < 2) throw new Error('a funnel has two steps or more: name their events, each in quotes')
      const { funnel } = await import('./reports/funnel.ts')
      await run(funnel, { steps, withinMs: await readMs(flags.within, '--within') }, flags)
    })

interface AttributionFlags extends ReportFlags {
  touch: TouchRule
  by: CampaignPart[]
  value: string
  lookback: string
}

const registerAttribution = (command: Command): Command =>
  common(
    command
      .command('attribution')
      .description('which campaigns brought conversions')
      .argument('<conversion>', 'the name of the event that is one'),
  )
    .addOption(
      new Option('--touch <which>', 'which touch gets the conversion; linear shares it among all')
        .choices(touchRules)
        .default('last'),
    )
    .option('--by <parts>', `what tells campaigns apart: ${campaignParts.join(', ')}`, readBy, [
      'source',
      'medium',
      'name',
    ])
    .option('--value <property>', 'a number of the conversion to add up', 'revenue')
    .option('--lookback <duration>', 'how long before a conversion a touch may be', 'P30D')
    .action(async (conversion: string, flags: AttributionFlags) => {
      const { touch, by, value } = flags
      const { attribution } = await import('./reports/attribution.ts')
      await run(
        attribution,
        { conversion, touch, by, value, lookbackMs: await readMs(flags.lookback, '--lookback') },
        flags,
      )
    })

export const registerReport = (program: Command): Command => {
  const command = program.command('report').description('ready questions about what the lake holds')
  common(
    command.command('audiences').description('who entered and exited each audience, and how many are members'),
  ).action(async (flags: ReportFlags) => run((await import('./reports/audiences.ts')).audiences, {}, flags))
  registerFunnel(command)
  common(command.command('sources').description('what arrived, by source, day and event')).action(
    async (flags: ReportFlags) => run((await import('./reports/sources.ts')).sources, {}, flags),
  )
  common(command.command('deliveries').description('what reached the destinations, how soon, and what did not')).action(
    async (flags: ReportFlags) => run((await import('./reports/deliveries.ts')).deliveries, {}, flags),
  )
  registerAttribution(command)
  return command.addHelpText(
    'after',
    `
  $ spartito report funnel page 'Product Viewed' 'Order Completed' --within P1D
  $ spartito report attribution 'Order Completed' --touch linear --html attribution.html`,
  )
}
