import { type Command, InvalidArgumentError } from 'commander'
import { lakeOptions } from '../lake/lake-options.ts'
import type { AdminFlags } from './admin-flags.ts'
import type { EraseFlags } from './erase-person.ts'
import type { ExportFlags } from './export-person.ts'
import type { ReceiptFlags } from './receipt.ts'

const admin = (command: Command, scope: 'read' | 'write'): Command =>
  command
    .option('--collector <address>', "the collector's address", 'http://127.0.0.1:8787')
    .option('--token-env <name>', `the environment variable with an admin token of the scope ${scope}`, 'ADMIN_TOKEN')

const readHours = (text: string): number => {
  const hours = Number(text)
  if (text.trim() === '' || !(hours >= 0 && hours <= 720))
    throw new InvalidArgumentError('it is a number of hours from 0 to 720.')
  return hours
}

const both = (type: string | undefined, value: string | undefined): [string, string] => {
  if (type === undefined || value === undefined)
    throw new Error('name whom: a type and a value, such as email ada@example.com')
  return [type, value]
}

const registerExport = (command: Command): Command =>
  lakeOptions(
    command
      .command('export')
      .description('write what is kept of a person, as JSON and as a page')
      .argument('<type>', 'of an identifier, such as user_id or email')
      .argument('<value>', 'of it'),
  )
    .option('--out <folder>', 'where to', 'export')
    .option('--no-lake', 'leave the rows of the lake out: the export says how they are found')
    .action(async (type: string, value: string, flags: ExportFlags) =>
      (await import('./export-person.ts')).exportPerson(type, value, flags),
    )

const registerErase = (command: Command): Command =>
  admin(
    command
      .command('erase')
      .description('erase a person everywhere, or take that back')
      .argument('[type]', 'of an identifier, such as user_id or email')
      .argument('[value]', 'of it'),
    'write',
  )
    .option('--suppress', 'and refuse what comes of them from now on', false)
    .option('--delay <hours>', 'how long it may be undone', readHours, 24)
    .option('--wait', 'until it is done', false)
    .option('--undo <id>', 'take one back that has not begun')
    .action(async (type: string | undefined, value: string | undefined, flags: EraseFlags & { undo?: string }) => {
      const { erasePerson, undoErasure } = await import('./erase-person.ts')
      return flags.undo === undefined ? erasePerson(...both(type, value), flags) : undoErasure(flags.undo, flags)
    })

const registerReceipt = (command: Command): Command =>
  admin(
    command
      .command('receipt')
      .description('fetch the receipt of an erasure, or verify one; without an id: the key that they are signed with')
      .argument('[id]', 'of the erasure'),
    'read',
  )
    .option('--out <file>', 'write it into a file')
    .option('--verify <file>', 'verify the receipt in a file, without asking anybody')
    .option('--key <key>', 'what it has to be signed with')
    .action(async (id: string | undefined, flags: ReceiptFlags) => (await import('./receipt.ts')).receipt(id, flags))

const registerSuppressions = (command: Command): Command =>
  admin(
    command
      .command('suppressions')
      .description('list who is suppressed, by keyed hashes, or whether somebody is')
      .argument('[type]', 'of an identifier')
      .argument('[value]', 'of it'),
    'write',
  )
    .option('--lift <hash>', 'let new data of somebody in again')
    .action(async (type: string | undefined, value: string | undefined, flags: AdminFlags & { lift?: string }) => {
      const { liftSuppression, listSuppressions } = await import('./suppressions.ts')
      return flags.lift === undefined ? listSuppressions(type, value, flags) : liftSuppression(flags.lift, flags)
    })

export const registerPrivacy = (program: Command): Command => {
  const command = program.command('privacy').description("people's rights: what is kept of them, and that it goes")
  registerExport(command)
  registerErase(command)
  registerReceipt(command)
  registerSuppressions(command)
  return command.addHelpText(
    'after',
    `
  $ spartito privacy export email ada@example.com --out ada
  $ spartito privacy erase email ada@example.com --delay 72
  $ spartito privacy receipt 01JX… --out receipt.json && spartito privacy receipt --verify receipt.json`,
  )
}
