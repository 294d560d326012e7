import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { nameOf, prepareWorker } from './prepare-worker.ts'
import { removeTornBlobs } from './torn-blobs.ts'

/** One Worker to run: its wrangler.jsonc, the port it listens on, and variables beside those of its configuration. */
export interface RunningWorker {
  config: string
  /** left out: it listens to queues alone */
  port?: number
  vars?: Record<string, string>
}

export interface RuntimeOptions {
  workers: RunningWorker[]
  /** where everything is kept */
  stateDir: string
  host?: string
  /** how long the lake's consumers wait for more events and rows, in seconds; wrangler.jsonc has the network's value */
  eventsBatchSeconds?: number
  /** whether activation's hourly work is begun, as the network's cron does: soon after the start, then each hour */
  isScheduled?: boolean
  /** a folder that keeps what was read and bundled, for starts between which no source changes */
  preparedIn?: string
  log?: (line: string) => void
}

const defaultHost = '127.0.0.1'

export interface Runtime {
  /** objects of the lake, for tools that read it */
  lake: () => Promise<Awaited<ReturnType<Miniflare['getR2Bucket']>>>
  stop(): Promise<void>
}

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..')
const inRepository = (path: string): string => resolve(repositoryRoot, path)

export const collectorConfig = inRepository('workers/collector/wrangler.jsonc')
export const activationConfig = inRepository('workers/activation/wrangler.jsonc')

/**
 * What differs from the network: one isolate's view of the workspace is young, queues live in memory (DE1), and one
 * process has all objects: each that is visited costs it 3 file descriptors for 10 s, so a sweep visits 140 a second. All
 * visitors come from one network, so budgets are 100 times those of the network (SPEC WS).
 */
export const localVars = {
  WORKSPACE_MAX_AGE_MS: '1000',
  KV_PROPAGATION_MS: '0',
  CONFIRM_EVENTS: 'true',
  DEVELOPMENT: 'true',
  ROSTER_SHARDS: '4',
  DELIVERY_SHARDS: '2',
  DELIVERY_TIMEOUT_MS: '15000',
  OUTCOMES_DELAY_MS: '1000',
  OVERWRITE_DELAY_MS: '3000',
  SYNC_PAGE: '25',
  SYNC_DELAY_MS: '700',
  SWEEP_PAGE: '25',
  SWEEP_DELAY_MS: '700',
  BUDGET_FACTOR: '100',
  PROFILES_PAGE: '50',
  PROFILES_DELAY_MS: '700',
}

const readyWorker = async ({ config, port, vars = {} }: RunningWorker, options: RuntimeOptions) => {
  const { host = defaultHost, eventsBatchSeconds = 5, preparedIn } = options
  const { name, options: configured, main, code } = await prepareWorker(config, preparedIn)
  const consumers = configured.queueConsumers as Record<string, { maxBatchTimeout?: number }> | undefined
  for (const queue of ['events', 'lake']) {
    const consumer = consumers?.[queue]
    if (consumer) consumer.maxBatchTimeout = eventsBatchSeconds
  }
  return {
    ...configured,
    name,
    modules: [{ type: 'ESModule' as const, path: main, contents: code }],
    modulesRoot: repositoryRoot,
    bindings: { ...(configured.bindings as Record<string, unknown>), ...vars },
    ...(port === undefined ? {} : { unsafeDirectSockets: [{ host, port }] }),
  }
}

/** What a look at the clock costs nothing, so it is often: a laptop that has slept begins its day late. */
const scheduleEveryMs = 10 * 60_000

const keepSchedule = (miniflare: Miniflare) =>
  setInterval(async () => {
    const activation = await miniflare.getWorker(nameOf(activationConfig))
    await activation.scheduled({ cron: '10 * * * *', scheduledTime: new Date() }).catch(() => undefined)
  }, scheduleEveryMs).unref()

/**
 * Runs Workers on workerd with all they keep in one folder: objects, alarms, buckets and KV survive even a kill; queues
 * live in memory, which is why rows wait for confirmation.
 *
 * @throws Error when a Worker does not build or workerd does not start
 */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { stateDir, host = defaultHost, isScheduled = false, log } = options
  await removeTornBlobs(stateDir)
  const workers = await Promise.all(options.workers.map((worker) => readyWorker(worker, options)))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers,
      host,
      port: 0,
      resourcePersistencePath: stateDir,
      handleStructuredLogs: ({ message, level }: { message: string; level: string }) => log?.(`${level}: ${message}`),
    } as unknown as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  await miniflare.ready
  const schedule = isScheduled ? keepSchedule(miniflare) : undefined
  return {
    lake: () => miniflare.getR2Bucket('LAKE', 'spartito-activation'),
    stop: () => {
      clearInterval(schedule)
      return miniflare.dispose()
    },
  }
}
