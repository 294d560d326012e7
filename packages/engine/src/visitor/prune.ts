import { type EpochMs, type Event, eventName } from '@spartito/protocol'
import { type EventIndex, indexEvents } from '../audience/event-index.ts'
import type { DurationMs } from '../audience/time/duration.ts'
import { hash53 } from '../hash.ts'
import { own, put } from '../own.ts'
import { otherEvents } from '../profile/bounds.ts'
import { draftOf, foldCounts, foldFacts, type Keeper, remember } from '../profile/fold.ts'
import { type Base, type Fragment, newAggregates } from '../profile/fragment.ts'
import { isNewer } from '../profile/provenance.ts'
import { type KeptEvent, keptPlace, slimEvent } from '../profile/slim-event.ts'
import { earlierMs, type Keeping, usualKeeping, within } from './keeping.ts'
import { type LedgerEntry, ledgerLine, parseLedger, sealedBlockSize } from './ledger.ts'
import type { VisitorState } from './state.ts'
import type { Ledger, LedgerRewrite, Plan, Step } from './step.ts'

interface Entry extends LedgerEntry {
  event: KeptEvent
}

const entriesOf = (lines: string): Entry[] =>
  parseLedger(lines).map((entry) => ({ ...entry, event: JSON.parse(entry.json) as KeptEvent }))

const newestOf = (entries: readonly Entry[]): EpochMs =>
  entries.reduce((newest, { event }) => Math.max(newest, event.receivedAt), 0)

/** What the fragment has kept of its events (PR2), its base keeps as well. */
const keeperOf = ({ events, traits: known }: Fragment): Keeper<Base> => ({
  nameOf: (_base, name) => (Object.hasOwn(events, name) ? name : otherEvents),
  takeTraits(base, traits, provenance) {
    // What is newer than the fragment's value did not fit there, and was refused.
    const taken = Object.entries(traits).filter(([name]) => {
      const kept = own(known, name)
      return kept && !isNewer(provenance, kept) && isNewer(provenance, own(base.traits, name))
    })
    for (const [name, value] of taken) put(base.traits, name, { value, ...provenance })
    return taken.map(([name]) => name)
  },
})

/** What is done to one fragment in one pass. */
const createPass = (fragment: Fragment, plan: Plan, now: EpochMs, keeping: Keeping) => {
  const { retentions, remembering } = plan.audiences
  const known: Base = fragment.base ?? { ...newAggregates(), kept: [] }
  const base: Base = { ...draftOf(known), kept: [...known.kept] }
  const keeper = keeperOf(fragment)
  const rewrites: LedgerRewrite[] = []
  const commits = new Set<number>()
  // A window that has passed asks no more for an event.
  const index: EventIndex = indexEvents(remembering)
  const reachable = (event: Event): EventIndex => {
    const leaves = [...index(event)].filter(({ events }) => event.timestamp > now - events!.spanMs)
    return () => leaves
  }

  const drop = ({ event }: Entry): void => {
    foldCounts(base, event, keeper)
    if (event.slim === undefined) foldFacts(base, event, new Set(), keeper)
    const draft = { ...fragment, base, memory: base.memory }
    remember(draft, event, reachable(event))
    base.until = Math.max(base.until ?? 0, event.receivedAt)
  }

  const spanOf = ({ event }: Entry): DurationMs => retentions.get(eventName(event))?.spanMs ?? 0
  /** from when on no definition can want it */
  const dropAt = (entry: Entry): EpochMs => entry.event.receivedAt + Math.max(keeping.wholeMs, spanOf(entry))

  const slim = (entry: Entry): Entry => {
    const { event } = entry
    if (event.slim !== undefined) return entry
    foldFacts(base, event, new Set(), keeper)
    // Of what a retention has ended early, no definition may want anything.
    const fields = retentions.get(eventName(event))?.fields ?? []
    const slimmed = slimEvent(event, fields, keptPlace(base, fields))
    return { ...entry, event: slimmed, json: JSON.stringify(slimmed) }
  }

  return {
    base,
    rewrites,
    commits,
    dropAt,
    /** Of those that are due, drops what nothing wants and slims the rest. */
    rewrite(block: number, entries: readonly Entry[], isDue: (entry: Entry) => boolean = () => true): void {
      const left: Entry[] = []
      const dropped: string[] = []
      for (const entry of entries) {
        if (!isDue(entry)) {
          left.push(entry)
          continue
        }
        commits.add(entry.commit)
        if (dropAt(entry) > now) left.push(slim(entry))
        else {
          drop(entry)
          dropped.push(hash53(entry.event.messageId))
        }
      }
      rewrites.push({
        fragment: fragment.id,
        block,
        hashes: left.map(({ event }) => hash53(event.messageId)).join(''),
        lines: left.map(({ commit, json }) => ledgerLine(commit, json)).join(''),
        dropped,
      })
    },
  }
}

const pruneFragment = (
  fragment: Fragment,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  isSettled: (commit: number) => boolean,
  keeping: Keeping,
): { fragment: Fragment; rewrites: LedgerRewrite[]; commits: ReadonlySet<number> } => {
  const pass = createPass(fragment, plan, now, keeping)
  let { slimTo = 0, blockSize } = fragment
  let next = Number.POSITIVE_INFINITY
  const isDueSoon = (at: EpochMs): void => {
    next = Math.min(next, at + within(plan, keeping).slackMs + earlierMs(plan, keeping))
  }
  const isFull = (): boolean => pass.rewrites.length >= keeping.maxBlocks
  // Slim blocks go whole, the oldest first, so that a pass does not read them all.
  if (slimTo > 0)
    for (const { block, lines } of ledger.blocks(fragment.id)) {
      if (block > slimTo || isFull()) break
      const entries = entriesOf(lines)
      const lastDrop = Math.max(...entries.map(pass.dropAt))
      if (lastDrop > now) {
        isDueSoon(lastDrop)
        break
      }
      pass.rewrite(block, entries)
    }
  const { whole } = plan
  const wholeUntil = ({ event }: Entry): EpochMs =>
    event.receivedAt + Math.min(keeping.wholeMs, whole?.of(event.source) ?? keeping.wholeMs)
  const isSettledEntry = ({ commit }: Entry): boolean => isSettled(commit)
  let isBehind = false
  for (const { block, lines } of ledger.blocks(fragment.id, slimTo)) {
    if (isFull()) break
    const entries = entriesOf(lines)
    const allUntil = Math.max(...entries.map(wholeUntil))
    // What the lake may still have to be sent stays whole (DE1).
    const isAllDue = allUntil <= now && entries.every(isSettledEntry)
    if (isAllDue && !isBehind) {
      pass.rewrite(block, entries)
      slimTo = block
      const { lines: left } = pass.rewrites.at(-1)!
      if (left !== '') isDueSoon(Math.max(...entriesOf(left).map(pass.dropAt)))
      if (block === fragment.block) blockSize = sealedBlockSize
      continue
    }
    if (!whole) {
      isDueSoon(Math.max(allUntil, now))
      break
    }
    // A retention is no longer than it says: it does not wait for the newest of a block, nor for other sources.
    isBehind = true
    const isDue = (entry: Entry): boolean =>
      entry.event.slim === undefined && wholeUntil(entry) <= now && isSettledEntry(entry)
    if (entries.some(isDue)) {
      pass.rewrite(block, entries, isDue)
      if (block === fragment.block && pass.rewrites.at(-1)!.lines === '') blockSize = sealedBlockSize
    }
    const waiting = entries.filter((entry) => entry.event.slim === undefined && !isDue(entry)).map(wholeUntil)
    if (waiting.length > 0) isDueSoon(Math.max(now, Math.min(...waiting)))
    // What is in later blocks came later.
    if (newestOf(entries) + whole.shortestMs > now) break
  }
  if (isFull()) next = now
  const { pruneAt: _passed, ...rest } = fragment
  return {
    rewrites: pass.rewrites,
    commits: pass.commits,
    fragment: {
      ...rest,
      blockSize,
      ...(slimTo > 0 && { slimTo }),
      ...(pass.rewrites.length > 0 && { base: pass.base }),
      ...(next < Number.POSITIVE_INFINITY && { pruneAt: next }),
    },
  }
}

/**
 * When a ledger is next to be looked through; undefined while there is none.
 *
 * @param plan what is known of the workspace: without it as PR1 alone says
 */
export const nextPruneOf = ({ fragments }: VisitorState, plan?: Plan): EpochMs | undefined => {
  let next: EpochMs | undefined
  const earlier = plan ? earlierMs(plan, usualKeeping) : 0
  for (const { pruneAt } of fragments)
    if (pruneAt !== undefined && (next === undefined || pruneAt - earlier < next)) next = pruneAt - earlier
  return next
}

/**
 * Bounds the ledger by time (SPEC PR1): events are whole for 30 days by `receivedAt`; then what definitions read of them is kept
 * as long as the longest window, and what is older is folded into the base of its fragment. It changes no membership: what
 * leaves remember they remember. A retention of the workspace may end the whole part earlier (RT). Pure.
 *
 * @param now epoch ms, the collector's clock
 */
export const prune = (
  state: VisitorState,
  plan: Plan,
  ledger: Ledger,
  now: EpochMs,
  keeping: Keeping = usualKeeping,
): Step => {
  const unsent = new Set(state.unsent)
  const isSettled = (commit: number): boolean => commit <= state.forwarded && !unsent.has(commit)
  const rewrites: LedgerRewrite[] = []
  const earlier = earlierMs(plan, keeping)
  // What has been slimmed can be sent to the lake no more.
  const rewritten = new Set<number>()
  const fragments = state.fragments.map((fragment) => {
    if (fragment.pruneAt === undefined || fragment.pruneAt - earlier > now || rewrites.length >= keeping.maxBlocks)
      return fragment
    const pruned = pruneFragment(fragment, plan, ledger, now, isSettled, keeping)
    rewrites.push(...pruned.rewrites)
    for (const commit of pruned.commits) rewritten.add(commit)
    return pruned.fragment
  })
  const unsure = state.unsure.filter((commit) => !rewritten.has(commit))
  return { state: { ...state, fragments, unsure }, changes: [], appends: [], rewrites }
}
