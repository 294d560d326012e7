import { setTimeout as wait } from 'node:timers/promises'
import { keys } from '../support/keys.ts'
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { runClient } from './client.ts'
import { faultsWorkspace } from './faults-workspace.ts'
import { acknowledged, type Journal, newJournal } from './journal.ts'
import { judge, settledAfterMs, type Verdict } from './oracle/oracle.ts'

export interface FaultsOptions {
  /** at least so many kills, and at least so many acknowledged events */
  kills: number
  events: number
  seed: number
  log: (line: string) => void
  /** keeps the state and the runtime's log, and says where */
  keep?: boolean
}

export interface FaultsReport extends Verdict {
  seed: number
  seconds: number
  kills: number
  made: number
  acknowledged: number
  retries: number
  duplicates: number
  deliveries: number
  /** deliveries that the receiver answered 503, on purpose */
  refusedDeliveries: number
}

const clients = 8
const refusedShare = 0.05
const loadWithinMs = 240_000
const quiesceWithinMs = 90_000
const quietMs = 3_000

/** Now and then a runtime is killed while it still wakes up; else after some seconds of work. */
const uptimeMs = (random: SeededRandom): number =>
  random.chance(0.25) ? random.between(0, 400) : random.between(400, 4_000)

interface Run {
  options: FaultsOptions
  folder: string
  random: SeededRandom
  journal: Journal
  receiver: WebhookReceiver
}

/** Loads and kills until there has been enough of both. @returns the runtime that is left, and the kills */
const loadAndKill = async (run: Run, first: Spartito): Promise<{ spartito: Spartito; kills: number }> => {
  const { options, folder, random, journal } = run
  const deadline = Date.now() + loadWithinMs
  let isLoading = true
  const { collector, port } = first
  const running = Array.from({ length: clients }, (_, n) =>
    runClient({ name: `c${n}`, collector, random: random.fork(n + 1), journal, goesOn: () => isLoading }),
  )
  let spartito = first
  let kills = 0
  while (kills < options.kills || acknowledged(journal) < options.events) {
    if (Date.now() > deadline) throw new Error(`the load took longer than ${loadWithinMs} ms`)
    await wait(uptimeMs(random))
    await spartito.runtime.kill()
    kills++
    spartito = await startSpartito({ folder, port })
    options.log(`kill ${kills}: ${acknowledged(journal)} events acknowledged, ${journal.retries} retries`)
  }
  isLoading = false
  await Promise.all(running)
  return { spartito, kills }
}

/** Waits until nothing is under way any more: until the oracle is content, or the time is up. */
const quiesce = async ({ folder, journal, receiver, options }: Run, spartito: Spartito): Promise<Verdict> => {
  await wait(settledAfterMs)
  let arrived = -1
  let verdict: Verdict
  const deadline = Date.now() + quiesceWithinMs
  do {
    arrived = receiver.arrivals.length
    await wait(quietMs)
    verdict = await judge(journal, spartito, receiver, folder)
    options.log(`quiescing: ${receiver.arrivals.length} deliveries, ${verdict.violations.length} violations so far`)
  } while ((verdict.violations.length > 0 || receiver.arrivals.length > arrived) && Date.now() < deadline)
  return verdict
}

/** Kills the whole runtime again and again under load, then holds every store against what its clients were told. */
export const runFaults = async (options: FaultsOptions): Promise<FaultsReport> => {
  const startedAt = Date.now()
  const random = seededRandom(options.seed)
  const folder = await makeTempFolder('faults')
  let refuses = true
  const answers = random.fork(0)
  const receiver = await startWebhookReceiver({
    secret: keys.webhook,
    answer: () => (refuses && answers.chance(refusedShare) ? 503 : 200),
  })
  const journal = newJournal()
  const run: Run = { options, folder: folder.path, random, journal, receiver }
  let spartito: Spartito | undefined
  try {
    spartito = await startSpartito({ folder: folder.path })
    await spartito.admin.publish(faultsWorkspace(receiver.origin))
    const loaded = await loadAndKill(run, spartito)
    spartito = loaded.spartito
    refuses = false
    const verdict = await quiesce(run, spartito)
    return {
      ...verdict,
      seed: options.seed,
      seconds: Math.round((Date.now() - startedAt) / 1_000),
      kills: loaded.kills,
      made: journal.events.size,
      acknowledged: acknowledged(journal),
      retries: journal.retries,
      duplicates: journal.duplicates,
      deliveries: receiver.arrivals.filter(({ status }) => status === 200).length,
      refusedDeliveries: receiver.arrivals.filter(({ status }) => status !== 200).length,
    }
  } finally {
    await spartito?.runtime.stop()
    await receiver.stop()
    if (options.keep) options.log(`the state and the log are kept in ${folder.path}`)
    else await folder.remove()
  }
}
