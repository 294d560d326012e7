import type { EpochMs } from '@spartito/protocol'
import { foldSteps, type SweepScope, type SweepStep } from '@spartito/workspace'
import type { SweepProgress } from '../roster/sweep-state.ts'

/** What `GET /admin/stats` says of the newest version's way to all profiles (SPEC AD). */
export interface SweepSummary {
  version: number
  shards: number
  done: number
  visited: number
  changed: number
  /** visits that failed for good, and were logged */
  failed: number
  isDone: boolean
}

interface ShardRow {
  shard: number
  version: number
  visited: number
  changed: number
  failed: number
  is_done: number
}

interface Ports {
  sql: SqlStorage
  shards: number
  /** how many shards sweep at a time, so that a publish is no stampede */
  atATime: number
  begin(shard: number, steps: SweepStep[]): Promise<SweepProgress>
  progress(shard: number): Promise<SweepProgress | null>
}

/** How long a shard may be silent before it is asked how far it is. */
const askAgainMs = 30_000
/** Steps that one shard is told at a time. */
const maxSteps = 8

/**
 * Tells the shards of the roster which profiles new versions can alter, some shards at a time, and keeps how far each has
 * come. All of it is stored, so that it goes on after a restart; telling a shard twice is harmless.
 */
export const createSweepConductor = ({ sql, shards, atATime, begin, progress }: Ports) => {
  sql.exec(`CREATE TABLE IF NOT EXISTS sweeps (version INTEGER PRIMARY KEY, starts_at INTEGER NOT NULL, scope TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sweep_shards (shard INTEGER PRIMARY KEY, version INTEGER NOT NULL, visited INTEGER NOT NULL,
      changed INTEGER NOT NULL, failed INTEGER NOT NULL, is_done INTEGER NOT NULL)`)

  const stepsAfter = (version: number, until: number): SweepStep[] => {
    const rows = sql.exec<{ version: number; scope: string }>(
      'SELECT version, scope FROM sweeps WHERE version > ? AND version <= ? ORDER BY version',
      version,
      until,
    )
    const steps = [...rows].map((row) => ({ version: row.version, scope: JSON.parse(row.scope) as SweepScope }))
    return foldSteps(steps, maxSteps)
  }

  const newest = (startsBy: EpochMs): number =>
    sql.exec<{ v: number | null }>('SELECT max(version) AS v FROM sweeps WHERE starts_at <= ?', startsBy).one().v ?? 0

  const rows = (): ShardRow[] =>
    sql
      .exec<{ [K in keyof ShardRow]: ShardRow[K] }>('SELECT * FROM sweep_shards WHERE shard < ? ORDER BY shard', shards)
      .toArray()

  const note = (shard: number, { version, visited, changed, failed, isDone }: SweepProgress): void => {
    sql.exec(
      'INSERT OR REPLACE INTO sweep_shards (shard, version, visited, changed, failed, is_done) VALUES (?, ?, ?, ?, ?, ?)',
      shard,
      version,
      visited,
      changed,
      failed,
      Number(isDone),
    )
  }

  /** The shards to tell next: those that still sweep for an older version first, since they run already. */
  const nextShards = (version: number): ShardRow[] => {
    const known = new Map(rows().map((row) => [row.shard, row]))
    const current = [...known.values()].filter((row) => row.version >= version)
    const free = atATime - current.filter(({ is_done }) => is_done === 0).length
    const unknown = { version: 0, visited: 0, changed: 0, failed: 0, is_done: 1 }
    return Array.from({ length: shards }, (_, shard) => known.get(shard) ?? { shard, ...unknown })
      .filter((row) => row.version < version)
      .sort((a, b) => a.is_done - b.is_done || a.shard - b.shard)
      .slice(0, Math.max(0, free))
  }

  const tell = async ({ shard, version: known }: ShardRow, version: number): Promise<boolean> => {
    try {
      const its = await begin(shard, stepsAfter(known, version))
      // It may have said that it is done before its answer to this arrived.
      if (!rows().some((row) => row.shard === shard && row.version === version)) note(shard, { ...its, version })
      return true
    } catch (error) {
      console.error(JSON.stringify({ at: 'workspace.sweep', shard, error: String(error) }))
      return false
    }
  }

  let underWay: Promise<void> | undefined
  let hasFailed = false
  /** what shards that run have answered; only what is done is stored */
  const live = new Map<number, SweepProgress>()

  const tellAll = async (): Promise<void> => {
    for (;;) {
      const version = newest(Date.now())
      const next = nextShards(version)
      const told = await Promise.all(next.map((row) => tell(row, version)))
      hasFailed = told.includes(false)
      if (!told.includes(true)) return
    }
  }

  /** Tells as many shards as may run; one call at a time. */
  const advance = (): Promise<void> => {
    underWay ??= tellAll().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  const running = (): ShardRow[] => rows().filter(({ is_done }) => is_done === 0)

  const ask = async (): Promise<void> => {
    const asked = running().map(async ({ shard, version }) => {
      const its = await progress(shard)
      if (!its || its.version < version) return
      live.set(shard, its)
      if (its.isDone) note(shard, its)
    })
    for (const answer of await Promise.allSettled(asked))
      if (answer.status === 'rejected')
        console.error(JSON.stringify({ at: 'workspace.sweep', error: String(answer.reason) }))
  }

  const isDone = (version: number): boolean =>
    version === 0 || rows().filter((row) => row.version >= version && row.is_done === 1).length === shards

  return {
    /** Plans the sweep of a version; nothing to do when it can alter nobody. */
    plan(version: number, scope: SweepScope, startsAt: EpochMs): void {
      if (scope !== 'none')
        sql.exec(
          'INSERT INTO sweeps (version, starts_at, scope) VALUES (?, ?, ?)',
          version,
          startsAt,
          JSON.stringify(scope),
        )
    },

    /** The steps whose sweep has begun: what a shard that begins to hold profiles needs to know. */
    steps: (): SweepStep[] => stepsAfter(0, newest(Date.now())),

    advance,
    ask,

    /** A shard has nobody left to visit. */
    async done(shard: number, its: SweepProgress): Promise<void> {
      const known = rows().find((row) => row.shard === shard)
      if (!known || known.version > its.version) return
      note(shard, its)
      await advance()
    },

    /** When there is something to do or to ask next; undefined when all is done. */
    dueAt(now: EpochMs): EpochMs | undefined {
      const version = newest(Number.MAX_SAFE_INTEGER)
      if (isDone(version)) return undefined
      const waits = sql
        .exec<{ at: number | null }>('SELECT min(starts_at) AS at FROM sweeps WHERE starts_at > ?', now)
        .one().at
      const begun = newest(now)
      const canTell = nextShards(begun).length > 0 && !hasFailed
      const next = isDone(begun) ? Number.POSITIVE_INFINITY : canTell ? now : now + askAgainMs
      return Math.min(waits ?? next, next)
    },

    /** @param version the workspace's newest, which may need no sweep of its own */
    summary(version: number): SweepSummary {
      const target = newest(Number.MAX_SAFE_INTEGER)
      const current = rows()
        .filter((row) => row.version >= target)
        .map((row) => {
          const its = live.get(row.shard)
          return row.is_done === 0 && its?.version === row.version ? { ...row, ...its } : row
        })
      const sum = (of: 'visited' | 'changed' | 'failed'): number => current.reduce((total, row) => total + row[of], 0)
      const done = target === 0 ? shards : current.filter(({ is_done }) => is_done === 1).length
      return {
        version,
        shards,
        done,
        visited: sum('visited'),
        changed: sum('changed'),
        failed: sum('failed'),
        isDone: done === shards,
      }
    },
  }
}

export type SweepConductor = ReturnType<typeof createSweepConductor>
