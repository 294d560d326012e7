import type { Command } from 'commander'

export const registerDeploy = (program: Command): Command =>
  program
    .command('deploy')
    .description('deploy the collector and activation to your Cloudflare account')
    .argument('[folder]', 'one that spartito init has made, or the clone of spartito', '.')
    .option('--dry-run', 'build and check only; needs no account', false)
    .addHelpText(
      'after',
      '\nQueues, bucket and KV namespace are made where the account lacks them. First: npx wrangler login',
    )
    .action(async (folder: string, { dryRun }: { dryRun: boolean }) =>
      (await import('./deploy.ts')).deploy(folder, dryRun),
    )
