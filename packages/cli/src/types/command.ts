import type { Command } from 'commander'
import type { TypesFlags } from './types.ts'

export const registerTypes = (program: Command): Command =>
  program
    .command('types')
    .alias('plan')
    .description("write the workspace's tracking plan as the TypeScript that createClient<Plan>() takes")
    .argument('[workspace]', "workspace.ts, a JSON file, or the collector's address", 'workspace.ts')
    .option('--out <file>', 'where to write it; standard output when left out')
    .option('--token-env <name>', 'the environment variable with an admin token for the collector', 'ADMIN_TOKEN')
    .action(async (from: string, flags: TypesFlags) => (await import('./types.ts')).types(from, flags))
