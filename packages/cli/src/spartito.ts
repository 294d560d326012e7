import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Demo } from './dev/dev.ts'
import type { TestFlags } from './fixtures/test.ts'
import type { PlanFlags } from './plan/plan.ts'
import type { TailFlags } from './tail/tail.ts'

const readPort = (text: string): number => {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_532)
    throw new InvalidArgumentError('a port is a whole number from 1 to 65532; the three that follow it are used too.')
  return port
}

const announce = (demo: Demo): string => `
  Spartito is running.

    the shop          ${demo.shop}          open it, accept, and look at three products
    what arrives      ${demo.destination}          each change of audience, signed, as it comes
    Segment's client  ${demo.segment}          an unmodified @segment/analytics-next
    the collector     ${demo.collector}

    write key         ${demo.writeKey}   (public: it names the source of pages)
    server key        ${demo.serverKey}   (secret)
    admin token       ${demo.adminToken}   (secret)

  Everything is kept, and found again by the next start; --fresh forgets it. Ctrl-C ends it.
`

interface DevFlags {
  port: number
  state: string
  fresh: boolean
  json: boolean
  verbose: boolean
}

const dev = async (flags: DevFlags): Promise<void> => {
  // Wrangler and Miniflare take a second to load: only who needs them waits for it.
  const { startDemo } = await import('./dev/dev.ts')
  const log = (line: string): void => {
    if (flags.verbose) console.error(line)
  }
  const demo = await startDemo({ port: flags.port, stateDir: resolve(flags.state), fresh: flags.fresh, log })
  const { stop, segment: _segment, ...told } = demo

  let isEnding = false
  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    await stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Miniflare listens too, and ends the process at once: before the state is given free.
    process.removeAllListeners(signal)
    process.on(signal, () => void end())
  }
  // npm may be killed without a word to us: nothing is left behind then either.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && void end(), 1_000)
  // Last: who reads this may end it at once.
  console.log(flags.json ? JSON.stringify(told) : announce(demo))
}

const program = new Command('spartito').description('Spartito, a customer data platform at the edge')

program
  .command('dev')
  .description('run the collector, activation, an example shop and a destination on this machine')
  .option('--port <number>', "the collector's port; the three that follow are used too", readPort, 8787)
  .option('--state <folder>', 'where everything is kept', '.spartito')
  .option('--fresh', 'forget the state first', false)
  .option('--json', 'print one line of JSON when all is ready', false)
  .option('--verbose', 'print what the Workers log', false)
  .action(dev)

program
  .command('deploy')
  .description('deploy the collector and activation to your Cloudflare account')
  .option('--dry-run', 'build and check only; needs no account', false)
  .action(async ({ dryRun }: { dryRun: boolean }) => (await import('./deploy.ts')).deploy(dryRun))

program
  .command('plan')
  .description("write the workspace's tracking plan as the TypeScript that createClient<Plan>() takes")
  .argument('[workspace]', "workspace.ts, a JSON file, or the collector's address", 'workspace.ts')
  .option('--out <file>', 'where to write it; standard output when left out')
  .option('--token-env <name>', 'the environment variable with an admin token for the collector', 'ADMIN_TOKEN')
  .action(async (from: string, flags: PlanFlags) => (await import('./plan/plan.ts')).plan(from, flags))

program
  .command('test')
  .description("run a workspace's fixtures: events, and what transformations, consent and tracking plan make of them")
  .argument('[workspace]', "workspace.ts, a JSON file, or the collector's address", 'workspace.ts')
  .option('--fixtures <folder>', 'where they are; the folder fixtures beside the workspace when left out')
  .option('--token-env <name>', 'the environment variable with an admin token for the collector', 'ADMIN_TOKEN')
  .action(async (from: string, flags: TestFlags) => {
    const isGood = await (await import('./fixtures/test.ts')).test(from, flags)
    process.exitCode = isGood ? 0 : 1
  })

program
  .command('tail')
  .description('print what becomes of events, as it happens')
  .argument('[collector]', "the collector's address", 'http://127.0.0.1:8787')
  .option('--source <id>', 'only what comes by this source')
  .option('--event <name>', "only events of this name, or of this type ('page', 'identify', …)")
  .option('--identifier <value>', "only who has it: 'email:bob@x.example', or a value of any type")
  .option('--token-env <name>', 'the environment variable with an admin token for the collector', 'ADMIN_TOKEN')
  .option('--json', 'print one line of JSON an event, with all of it', false)
  .action(async (collector: string, flags: TailFlags) => (await import('./tail/tail.ts')).tail(collector, flags))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`spartito: ${(error as Error).message}`)
  process.exit(1)
}
