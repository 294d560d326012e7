import { join } from 'node:path'
import type { Spartito } from '../../support/start-spartito.ts'
import type { WebhookReceiver } from '../../support/webhook-receiver.ts'
import { windowedAudiences } from '../faults-workspace.ts'
import { acknowledged, type Journal } from '../journal.ts'
import { checkChanges } from './check-changes.ts'
import { checkLake } from './check-lake.ts'
import { checkProfiles } from './check-profiles.ts'
import { checkStats } from './check-stats.ts'
import { peopleOf } from './people.ts'

/** What a run came to. No violation: nothing was lost, nothing came twice, every change was delivered. */
export interface Verdict {
  violations: string[]
  stored: number
  profiles: number
  changes: number
  repeatedDeliveries: number
  outOfOrder: number
  predicted: number
  lakeRows: number
  lakeFiles: number
}

/** An exit by time that is younger than this may still be on its way. */
const exitWithinMs = 2_000
const longestWindowMs = Math.max(...windowedAudiences.map(({ windowMs }) => windowMs))

/** Holds all stores against what the clients made and were told (RELIABILITY, section 0). */
export const judge = async (
  journal: Journal,
  { admin, runtime }: Spartito,
  receiver: WebhookReceiver,
  folder: string,
): Promise<Verdict> => {
  const people = peopleOf(journal)
  const profiles = await checkProfiles(people, admin)
  const changes = checkChanges(receiver.arrivals, profiles.stored, Date.now() - exitWithinMs, await admin.superseded())
  const lake = await checkLake((to) => runtime.copyLake('events/', to), join(folder, 'lake'), profiles.messageIds)
  const stats = checkStats(await admin.stats(), profiles.messageIds.size)
  const unknown = acknowledged(journal) > profiles.messageIds.size ? ['fewer events are stored than acknowledged'] : []
  return {
    violations: [
      ...journal.faults,
      ...receiver.faults.map((fault) => `a webhook's signature is wrong: ${fault}`),
      ...unknown,
      ...profiles.violations,
      ...changes.violations,
      ...lake.violations,
      ...stats,
    ],
    stored: profiles.messageIds.size,
    profiles: profiles.stored.length,
    changes: changes.changes,
    repeatedDeliveries: changes.repeated,
    outOfOrder: changes.outOfOrder,
    predicted: changes.predicted,
    lakeRows: lake.rows,
    lakeFiles: lake.files,
  }
}

/** Before this long after the last event, an exit may still be due. */
export const settledAfterMs = longestWindowMs + exitWithinMs
