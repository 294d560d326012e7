import type { Command } from 'commander'

export const registerDeploy = (program: Command): Command =>
  program
    .command('deploy')
    .description('deploy the collector and activation to your Cloudflare account')
    .option('--dry-run', 'build and check only; needs no account', false)
    .action(async ({ dryRun }: { dryRun: boolean }) => (await import('./deploy.ts')).deploy(dryRun))
