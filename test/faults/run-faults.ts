import { setTimeout as wait } from 'node:timers/promises'
import { keys } from '../support/keys.ts'
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { runClient } from './client.ts'
import { faultsWorkspace } from './faults-workspace.ts'
import { acknowledged, type Journal, newJournal } from './journal.ts'
import { checkRoster } from './oracle/check-roster.ts'
import { judge, settledAfterMs, type Verdict } from './oracle/oracle.ts'
import { peopleOf } from './oracle/people.ts'

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
/** A kill and the restart after it take some seconds of a slow machine. */
const loadWithinMs = ({ kills }: FaultsOptions): number => Math.max(240_000, kills * 10_000)
const quietMs = 5_000
/** A sweep begins within seconds, locally, and visits some hundreds of profiles in some more. */
const listedWithinMs = 60_000

/**
 * How long what is under way may take: a row that was sent in vain again and again waits about as long as it exists until
 * it is sent once more, since the delay doubles (SPEC DE1).
 */
const quiesceWithinMs = (loadMs: number): number => Math.max(60_000, loadMs + 30_000)

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
  const deadline = Date.now() + loadWithinMs(options)
  let isLoading = true
  const { collector, port } = first
  const running = Array.from({ length: clients }, (_, n) =>
    runClient({ name: `c${n}`, collector, random: random.fork(n + 1), journal, goesOn: () => isLoading }),
  )
  let spartito = first
  let kills = 0
  for (; kills < options.kills && Date.now() < deadline; kills++) {
    await wait(uptimeMs(random))
    await spartito.runtime.kill()
    spartito = await startSpartito({ folder, port })
    options.log(`kill ${kills + 1}: ${acknowledged(journal)} events acknowledged, ${journal.retries} retries`)
  }
  while (acknowledged(journal) < options.events && Date.now() < deadline) await wait(100)
  isLoading = false
  await Promise.all(running)
  if (kills < options.kills || acknowledged(journal) < options.events)
    journal.faults.push(`the run is incomplete: ${kills} kills, ${acknowledged(journal)} events in the time it had`)
  return { spartito, kills }
}

/** Waits until nothing is under way any more: until the oracle is content, or the time is up. */
const quiesce = async (run: Run, spartito: Spartito, withinMs: number): Promise<Verdict> => {
  const { folder, journal, receiver, options } = run
  const deadline = Date.now() + withinMs
  await wait(settledAfterMs)
  let arrived: number
  let verdict: Verdict
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
    const verdict = await quiesce(run, spartito, quiesceWithinMs(Date.now() - startedAt))
    const workspace = faultsWorkspace(receiver.origin)
    const unlisted = await checkRoster(peopleOf(journal), spartito.admin, workspace, listedWithinMs)
    return {
      ...verdict,
      violations: [...verdict.violations, ...unlisted],
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
