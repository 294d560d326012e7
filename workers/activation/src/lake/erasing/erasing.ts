import { hourOf } from '@spartito/engine'
import {
  compileSubjects,
  type ErasureAsk,
  folderOf,
  type HourlyKind,
  hourlyKinds,
  type LakeErasureState,
  type LakeKind,
  type LakeStore,
  lakeKinds,
  type Subjects,
} from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'
import type { Rewriter } from '../removing/rewriter.ts'
import type { RunBudget } from '../run-budget.ts'
import type { ErasureTable } from './erasure-table.ts'
import { openNoted } from './noted.ts'
import { type Folder, folderUnderWay, newPass, type PassState } from './pass-state.ts'
import { scanFiles } from './scan-files.ts'
import { scanParked } from './scan-parked.ts'
import { subjectsStore } from './subjects-store.ts'

/** Who is looked for in one pass: what they are called is in memory as a whole. */
const maxInPass = 2_000
/** A pass begins when nobody has asked for so long, or somebody has waited for so long: many who ask together share it. */
const [gatherMs, waitMs] = [500, 10_000]
const hourMs = 3_600_000
const passKey = 'pass'

interface Ports {
  storage: DurableObjectStorage
  bucket: R2Bucket
  store: LakeStore
  rewriter: Rewriter
  table: ErasureTable
}

/** Folders that may be written to now, whoever has not told of it yet: of this hour and the one before, and of the days. */
const recentFolders = (begunAt: EpochMs, now: EpochMs): Folder[] => [
  ...(Object.keys(hourlyKinds) as HourlyKind[]).flatMap((kind) =>
    [now - hourMs, now].map((at) => ({ kind, hour: hourOf(at) })),
  ),
  ...[...new Set([begunAt - hourMs, now].map((at) => new Date(at).toISOString().slice(0, 10)))].map((hour) => ({
    kind: 'profiles' as const,
    hour,
  })),
]

/**
 * Erases persons from the lake (SPEC CO7): one pass through the ends of all files serves everybody who waits for it. What a file says of
 * itself spares the reading of nearly all; one that holds rows of a person is stored again without them, under its key. Each run takes a
 * bounded share, and what cuts it off is gone on with.
 */
export const openErasing = ({ storage, bucket, store, rewriter, table }: Ports) => {
  const { kv } = storage
  const noted = openNoted(storage.sql)
  const subjects = subjectsStore(bucket)
  const seen = { folder: '', keys: new Set<string>() }
  /** of the pass under way, as far as they are read */
  const asks = new Map<string, ErasureAsk>()
  let compiled: Subjects | undefined
  let lastAskAt = 0
  let state = kv.get<PassState>(passKey)

  const keep = (next: PassState): void => {
    state = next
    kv.put(passKey, next)
  }

  const begin = (): void => {
    const ids = table.in('waiting', maxInPass)
    if (ids.length === 0) return
    storage.transactionSync(() => {
      table.move(ids, 'way')
      keep(newPass(Date.now()))
    })
  }

  /** @returns undefined when the run is over before all are read */
  const load = async (budget: RunBudget): Promise<Subjects | undefined> => {
    if (compiled) return compiled
    const ids = table.in('way', maxInPass)
    const some = 30
    for (let left = ids.filter((id) => !asks.has(id)); left.length > 0; left = left.slice(some)) {
      if (budget.isOver()) return undefined
      budget.spend(some)
      for (const ask of await subjects.read(left.slice(0, some))) asks.set(ask.erasureId, ask)
    }
    compiled = compileSubjects([...asks.values()])
    return compiled
  }

  const end = async ({ files, filesRead, filesRewritten }: PassState): Promise<void> => {
    const ids = table.in('way', maxInPass)
    // First, so that nothing of it says that it is done while somebody's name is there.
    await subjects.remove(ids)
    storage.transactionSync(() => {
      table.end(ids, { files, filesRead, filesRewritten })
      noted.clear()
      kv.delete(passKey)
    })
    state = undefined
    compiled = undefined
    asks.clear()
  }

  const phases: Record<PassState['phase'], (budget: RunBudget, of: Subjects) => Promise<void>> = {
    async walk(budget, of) {
      const kind = lakeKinds[state!.kind]!
      const scanned = await scan(budget, of, kind, `${kind}/`)
      if (!scanned.isDone) return keep(scanned.state)
      const isLast = scanned.state.kind === lakeKinds.length - 1
      const late = isLast ? [...noted.all(), ...recentFolders(state!.begunAt, Date.now())] : []
      const next = isLast ? { phase: 'late' as const, late } : { kind: scanned.state.kind + 1 }
      keep({ ...scanned.state, ...next, after: '' })
    },

    async late(budget, of) {
      const [folder, ...late] = state!.late
      if (!folder) return keep({ ...state!, phase: 'parked', after: '' })
      const scanned = await scan(budget, of, folder.kind, folderOf(folder.kind, folder.hour))
      keep({ ...scanned.state, ...(scanned.isDone && { late, after: '' }) })
    },

    async parked(budget, of) {
      const isDone = await scanParked(
        {
          bucket,
          subjects: of,
          budget,
          rewrite: (key, { text, rows }) =>
            rewriter.rewrite({ key, body: text ?? undefined, metadata: {}, what: 'parked', rows }),
          keep: (after) => keep({ ...state!, after }),
        },
        state!.after,
      )
      if (isDone) keep({ ...state!, phase: 'forget', after: '' })
    },

    forget: () => end(state!),
  }

  const scan = (budget: RunBudget, of: Subjects, kind: LakeKind, prefix: string) =>
    scanFiles(
      {
        bucket,
        store,
        subjects: of,
        budget,
        seen,
        keep,
        rewrite: (its, hour, key, { body, metadata, counts, rows }) =>
          rewriter.rewrite({ key, body, metadata, what: its, rows, of: { kind: its, hour, why: 'erased', counts } }),
      },
      kind,
      prefix,
      state!,
    )

  return {
    /** Told again, it changes nothing. */
    async start(ask: ErasureAsk): Promise<void> {
      if (table.read(ask.erasureId)) return
      await subjects.put(ask)
      lastAskAt = Date.now()
      table.begin(ask.erasureId, lastAskAt)
    },

    /** Of one under way, how far its pass has come. */
    state(id: string): LakeErasureState | null {
      const known = table.read(id)
      if (!known || known.isDone || !state || !asks.has(id)) return known ?? null
      const { files, filesRead, filesRewritten } = state
      return { ...known, files, filesRead, filesRewritten }
    },

    /** when there is something to do; undefined when there is nothing */
    dueAt(): EpochMs | undefined {
      if (state) return Date.now()
      const oldest = table.oldestAsk()
      return oldest && Math.min(lastAskAt + gatherMs, oldest + waitMs)
    },

    /** An hour was written to: a pass that has been there comes to it again. */
    note(folder: Folder): void {
      if (state) noted.add(folder)
    },

    /** the folder whose files must stay as they are */
    underWay: (): Folder | undefined => state && folderUnderWay(state),

    async run(budget: RunBudget): Promise<void> {
      if (!state && (this.dueAt() ?? 0) <= Date.now()) begin()
      while (state && !budget.isOver()) {
        const of = state.phase === 'forget' ? compileSubjects([]) : await load(budget)
        if (of) await phases[state.phase](budget, of)
      }
    },
  }
}
