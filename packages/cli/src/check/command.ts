import type { Command } from 'commander'
import type { CheckFlags } from './check.ts'

export const registerCheck = (program: Command): Command =>
  program
    .command('check')
    .description('say what is wrong with a workspace, and what is likely not meant')
    .argument('[workspace]', "workspace.ts, a JSON file, or the collector's address", 'workspace.ts')
    .option('--strict', 'fail for a warning too', false)
    .option('--token-env <name>', 'the environment variable with an admin token for the collector', 'ADMIN_TOKEN')
    .option('--json', 'print {"ok", "faults", "warnings"} as one line', false)
    .addHelpText('after', '\nExit code 0: it can be published. 1: it cannot, or, with --strict, there are warnings.')
    .action(async (from: string, flags: CheckFlags) => {
      if (!(await (await import('./check.ts')).check(from, flags))) process.exitCode = 1
    })
