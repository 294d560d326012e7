import { relative } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { collectorSecrets } from './deployment-files.ts'
import type { InitFlags, Made } from './init.ts'

const readOrigin = (text: string): string => {
  const isOrigin =
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text.replace(/\/$/, '')
  if (!isOrigin) throw new InvalidArgumentError('it is an origin, such as https://www.example.com')
  return new URL(text).origin
}

const announce = ({ folder, files }: Made, { collector }: InitFlags): string => {
  const path = relative('.', folder) || '.'
  return `
  ${path} is a new deployment:

    ${files.join('\n    ')}

  The secrets are in ${path}/.dev.vars, which git ignores: keep a copy where you keep secrets.

  Next:

    ${path === '.' ? '' : `cd ${path} && `}npm install
    npx spartito check
    npx wrangler login
    npx spartito deploy
    ${collectorSecrets.map((secret) => `npx wrangler secret put ${secret} -c collector/wrangler.jsonc`).join('\n    ')}
    npx spartito publish --to ${collector}

  Then paste snippet.html into your pages. README.md says all this again.
`
}

export const registerInit = (program: Command): Command =>
  program
    .command('init')
    .description('make the folder of a new deployment: Workers, secrets, workspace, and the snippet to paste')
    .argument('[folder]', 'where; beside the clone of spartito, from which it takes the code', '.')
    .option('--site <origin>', 'the site whose pages send', readOrigin, 'https://www.example.com')
    .option('--collector <origin>', 'where the collector will answer', readOrigin, 'https://data.example.com')
    .addOption(
      new Option('--jurisdiction <name>', 'where the data lives, for ever; anywhere when left out')
        .choices(['eu'])
        .default('', 'none'),
    )
    .option('--force', 'overwrite what is there, but for secrets', false)
    .addHelpText(
      'after',
      '\n  $ npx spartito init ../my-deployment --site https://shop.example --collector https://data.shop.example',
    )
    .action(async (folder: string, flags: InitFlags) => {
      console.log(announce(await (await import('./init.ts')).init(folder, flags), flags))
    })
