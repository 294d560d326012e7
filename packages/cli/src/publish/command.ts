import { type Command, InvalidArgumentError } from 'commander'
import type { PublishFlags } from './publish.ts'

const readVersion = (text: string): number => {
  const version = Number(text)
  if (!Number.isInteger(version) || version < 0) throw new InvalidArgumentError('a version is a whole number from 0.')
  return version
}

export const registerPublish = (program: Command): Command =>
  program
    .command('publish')
    .description('check a workspace, show what it changes, and publish it to a running collector')
    .argument('[workspace]', 'workspace.ts, or a JSON file', 'workspace.ts')
    .requiredOption('--to <address>', "the collector's address")
    .option('--token-env <name>', 'the environment variable with an admin token of the scope write', 'ADMIN_TOKEN')
    .option(
      '--if-version <number>',
      'publish only if this version is the current one: the one that was edited',
      readVersion,
    )
    .option('--dry-run', 'show what it would change; a token of the scope read is enough', false)
    .option('--json', 'print {"version", "isPublished", "changes", …} as one line', false)
    .addHelpText(
      'after',
      `
  $ spartito publish --to https://data.example.com --dry-run
  $ spartito publish --to https://data.example.com

Exit code 0: it is published, or was already. 1: it was not, and it says why.`,
    )
    .action(async (from: string, flags: PublishFlags) => (await import('./publish.ts')).publish(from, flags))
