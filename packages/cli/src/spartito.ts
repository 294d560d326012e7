import { Command, Help, type Option } from 'commander'
import { registerCheck } from './check/command.ts'
import { registerDeploy } from './deploy/command.ts'
import { registerDev } from './dev/command.ts'
import { registerTest } from './fixtures/command.ts'
import { registerImport } from './import/command.ts'
import { registerInit } from './init/command.ts'
import { registerPreview } from './preview/command.ts'
import { registerPrivacy } from './privacy/command.ts'
import { registerPublish } from './publish/command.ts'
import { registerQuery } from './query/command.ts'
import { registerReport } from './report/command.ts'
import { registerTail } from './tail/command.ts'
import { registerTypes } from './types/command.ts'

const program = new Command('spartito')
  .description('Spartito, a customer data platform at the edge')
  .showHelpAfterError('(spartito --help, or spartito help <command>, says what there is)')
  // That a flag is off when it is not given goes without saying.
  .configureHelp({
    optionDescription: (option: Option) =>
      option.defaultValue === false ? option.description : Help.prototype.optionDescription(option),
  })

/** In the order in which a user meets them. */
const commands = [
  registerInit,
  registerDev,
  registerCheck,
  registerTypes,
  registerTest,
  registerDeploy,
  registerPublish,
  registerImport,
  registerTail,
  registerQuery,
  registerReport,
  registerPreview,
  registerPrivacy,
]

for (const register of commands) register(program)

try {
  await program.parseAsync()
} catch (error) {
  console.error(`spartito: ${(error as Error).message}`)
  process.exit(1)
}
