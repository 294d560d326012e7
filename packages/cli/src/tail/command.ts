import type { Command } from 'commander'
import type { TailFlags } from './tail.ts'

export const registerTail = (program: Command): Command =>
  program
    .command('tail')
    .description('print what becomes of events, as it happens')
    .argument('[collector]', "the collector's address", 'http://127.0.0.1:8787')
    .option('--source <id>', 'only what comes by this source')
    .option('--event <name>', "only events of this name, or of this type ('page', 'identify', …)")
    .option('--identifier <value>', "only who has it: 'email:bob@x.example', or a value of any type")
    .option('--token-env <name>', 'the environment variable with an admin token of the scope read', 'ADMIN_TOKEN')
    .option('--json', 'print one line of JSON an event, with all of it', false)
    .addHelpText('after', "\n  $ spartito tail https://data.example.com --event 'Order Completed'")
    .action(async (collector: string, flags: TailFlags) => (await import('./tail.ts')).tail(collector, flags))
