import { type Outcome, runRules } from '@spartito/pipeline'
import { type Event, isObject, normalizeIdentifier, type Refusal, refusal } from '@spartito/protocol'
import { type CompiledWorkspace, rulesOf, type Source } from '@spartito/workspace'
import { inCountry } from '../consent/in-region.ts'
import type { VisitorGate } from '../defence/visitor-gate.ts'
import type { Env } from '../env.ts'
import type { Vouching } from '../identity/vouch.ts'
import type { ParsedEvent } from '../pipeline/parse.ts'
import { route } from '../pipeline/route.ts'
import { transformPorts } from '../pipeline/rules.ts'
import { findHeld, type HeldAsk } from './find-held.ts'
import { type FoundEntry, formatId, type HeldAt, type Settled } from './held-request.ts'
import { quarantineShard } from './quarantine-shard.ts'

/** What became of a page of events. */
export interface Recovered {
  /** they are in their profiles now */
  accepted: number
  /** their profiles had them already */
  duplicate: number
  /** the workspace of now drops them */
  filtered: number
  /** they stay, with why */
  quarantined: { id: string; code: string; message: string }[]
  /** their objects could not be reached: the same again takes them up */
  unreached: number
  next?: HeldAt
}

/** An event has what was vouched for when it came, if it is still of that user. */
const vouchingOf = (entries: ReadonlyMap<string, FoundEntry>, isServer: boolean): Vouching => ({
  of: (event) => {
    if (isServer) return 'all'
    const voucher = entries.get(event.messageId)?.entry.voucher
    return voucher && normalizeIdentifier('user_id', event.userId) === voucher.userId ? voucher.identifiers : []
  },
  voucherOf: () => undefined,
  faults: new Map(),
})

/** An administrator's word is behind these: no budget is. */
const unbounded: VisitorGate = (_name, ingest) => ingest({})

/** What the workspace of now says of an event as it came. */
const judge = (event: Event, json: string, workspace: CompiledWorkspace): Outcome => {
  const source = workspace.sourcesById.get(event.source)
  if (source && !source.disabled) return runRules({ event, json }, rulesOf(workspace, source), transformPorts)
  const says = source ? `the source ${source.id} is switched off` : `the workspace has no source "${event.source}"`
  return { kind: 'quarantined', refusal: refusal('source_disabled', says) }
}

/** Runs the events of one request again, and hands on what passes, with its own times and ids. */
const recoverRequest = async (
  env: Env,
  workspace: CompiledWorkspace,
  found: readonly FoundEntry[],
): Promise<(Settled | undefined)[]> => {
  const refusals = new Map<number, Refusal>()
  const passed: ParsedEvent[] = []
  const byMessageId = new Map<string, FoundEntry>()
  for (const [index, its] of found.entries()) {
    const came = JSON.parse(its.entry.json) as Event
    const outcome = judge(came, its.entry.json, workspace)
    if (outcome.kind !== 'passed') refusals.set(index, outcome.refusal)
    else {
      passed.push({ index, event: outcome.event, json: outcome.json })
      byMessageId.set(came.messageId, its)
    }
  }
  const [first] = passed
  const copies = new Set<number>()
  let unreached: ReadonlySet<number> = new Set()
  if (first) {
    // Whether the source's key vouched for it was decided when it came, whatever kind the source is of now.
    const isServer = first.event.verified === true
    const known = workspace.sourcesById.get(found[0]!.source)!
    const { location } = first.event.context ?? {}
    const country = isObject(location) && typeof location.country === 'string' ? location.country : undefined
    const source: Source = { ...inCountry(known, country), kind: isServer ? 'server' : 'browser' }
    const routed = await route(
      env,
      { events: passed, rejected: [] },
      vouchingOf(byMessageId, isServer),
      source,
      workspace.plan,
      Date.now(),
      unbounded,
    )
    for (const { index } of routed.duplicates) copies.add(index)
    for (const { index, code, message } of routed.rejected) refusals.set(index, { code, message })
    unreached = routed.unreached
    if (routed.failures.length > 0)
      console.error(JSON.stringify({ at: 'quarantine.recover', error: String(routed.failures[0]) }))
  }
  return found.map(({ row, place, wasTried }, index) => {
    if (unreached.has(index)) return undefined
    const refused = refusals.get(index)
    // What is of somebody who was erased meanwhile does not come back, and does not stay.
    if (refused?.code === 'filtered' || refused?.code === 'erased' || refused?.code === 'suppressed')
      return { row, place, outcome: { kind: 'filtered' } }
    if (refused) return { row, place, outcome: { kind: 'held', refusal: refused, version: workspace.version } }
    // A copy of what a recovery handed on before it was cut off is that very event.
    const kind = copies.has(index) && !wasTried ? 'duplicate' : 'accepted'
    return { row, place, outcome: { kind } }
  })
}

/** Requests that are run again side by side. */
const atATime = 16

const count = (settled: readonly Settled[], kind: Settled['outcome']['kind']): number =>
  settled.filter(({ outcome }) => outcome.kind === kind).length

/**
 * Runs a page of the quarantine again under a workspace (SPEC QR3): what passes goes to its profile and leaves, what does not stays with its
 * new reason. Each step can be repeated: an event that was handed on and not yet taken out is recognized as its own copy.
 */
export const recover = async (env: Env, ask: HeldAsk, workspace: CompiledWorkspace): Promise<Recovered> => {
  const { shards, next } = await findHeld(env, ask, true)
  const sum: Recovered = {
    accepted: 0,
    duplicate: 0,
    filtered: 0,
    quarantined: [],
    unreached: 0,
    ...(next && { next }),
  }
  for (const { shard, found } of shards) {
    const requests = [...Map.groupBy(found, ({ row }) => row).values()]
    const ended: (Settled | undefined)[] = []
    for (let at = 0; at < requests.length; at += atATime) {
      const some = requests.slice(at, at + atATime)
      ended.push(...(await Promise.all(some.map((its) => recoverRequest(env, workspace, its)))).flat())
    }
    const settled = ended.filter((one) => one !== undefined)
    await quarantineShard(env, shard).settle(settled)
    sum.accepted += count(settled, 'accepted')
    sum.duplicate += count(settled, 'duplicate')
    sum.filtered += count(settled, 'filtered')
    sum.unreached += ended.length - settled.length
    for (const { row, place, outcome } of settled)
      if (outcome.kind === 'held') {
        const { code, message } = outcome.refusal
        sum.quarantined.push({ id: formatId({ shard, row, place }), code, message })
      }
  }
  return sum
}
