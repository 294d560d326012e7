import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { Demo } from './dev.ts'

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
  const { startDemo } = await import('./dev.ts')
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

export const registerDev = (program: Command): Command =>
  program
    .command('dev')
    .description('run the collector, activation, an example shop and a destination on this machine')
    .option('--port <number>', "the collector's port; the three that follow are used too", readPort, 8787)
    .option('--state <folder>', 'where everything is kept', '.spartito')
    .option('--fresh', 'forget the state first', false)
    .option('--json', 'print one line of JSON when all is ready', false)
    .option('--verbose', 'print what the Workers log', false)
    .action(dev)
