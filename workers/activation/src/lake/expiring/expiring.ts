import { hourOf } from '@spartito/engine'
import {
  expireFile,
  folderOf,
  type HourlyKind,
  type LakeKind,
  type LakeStore,
  lakeKinds,
  type Manifest,
  type RetentionRule,
  readFileKey,
  retentionRules,
} from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'
import type { CompiledRetention } from '@spartito/workspace'
import type { RemovedRows } from '../removing/removed-rows.ts'
import type { Rewriter } from '../removing/rewriter.ts'
import type { RunBudget } from '../run-budget.ts'
import { openHourExpiry } from './expire-hour.ts'
import { expireParked } from './expire-parked.ts'
import { openProgress } from './progress.ts'

interface Ports {
  storage: DurableObjectStorage
  bucket: R2Bucket
  store: LakeStore
  rewriter: Rewriter
  removed: RemovedRows
  /** of an hour, as its files are now */
  manifestOf(kind: HourlyKind, hour: string): Promise<Manifest>
  /** its files must stay where they are */
  isHeldOff(kind: LakeKind, hour: string): boolean
}

const hourMs = 3_600_000
const dueKey = 'expiring'

/** The last hour (or day) that is over for so long; nothing in it is younger. */
const lastOver = (kind: LakeKind, ms: number, now: EpochMs): string =>
  kind === 'profiles' ? new Date(now - ms - 24 * hourMs).toISOString().slice(0, 10) : hourOf(now - ms - hourMs)

/** What comes before an hour (or day) in the order of texts, and after the one before it. */
const justBefore = (hour: string): string =>
  hour.length === 10
    ? new Date(Date.parse(hour) - 1).toISOString().slice(0, 10)
    : hourOf(Date.parse(`${hour}:00:00Z`) - 1)

/** Takes out of the lake what has been kept for its time (SPEC RT), hour by hour and rule by rule, each hour once. */
export const openExpiring = (ports: Ports) => {
  const { storage, bucket, store, rewriter, removed, manifestOf, isHeldOff } = ports
  const progress = openProgress(storage.kv)
  const whole = openHourExpiry(storage, store, removed, manifestOf)
  let isDue = storage.kv.get<boolean>(dueKey) === true

  const setDue = (its: boolean): void => {
    if (isDue === its) return
    isDue = its
    if (its) storage.kv.put(dueKey, true)
    else storage.kv.delete(dueKey)
  }

  /** The next hour of a kind that has files, after one and up to another. */
  const nextHour = async (kind: LakeKind, after: string, last: string): Promise<string | undefined> => {
    const from = after === '' ? {} : { startAfter: `${folderOf(kind, after)}~` }
    for (let page = await bucket.list({ prefix: `${kind}/`, limit: 1, ...from }); ; ) {
      const [object] = page.objects
      if (!object) return undefined
      const hour = readFileKey(object.key)?.hour
      if (hour !== undefined) return hour <= last ? hour : undefined
      page = await bucket.list({ prefix: `${kind}/`, limit: 1, startAfter: object.key })
    }
  }

  const expirePart = async (kind: HourlyKind, hour: string, isGone: (source: string) => boolean): Promise<number> => {
    const seen = new Set<string>()
    const files = await store.list(folderOf(kind, hour))
    for (const file of files) {
      const expired = await expireFile(kind, file, store, isGone, seen)
      if (!expired) continue
      const { body, metadata, counts } = expired
      await rewriter.rewrite({
        key: file.key,
        body,
        metadata,
        of: { kind, hour, why: 'expired', counts },
        what: kind,
        rows: {},
      })
    }
    return files.length
  }

  /** @returns whether the rule is through */
  const follow = async (kind: LakeKind, { name, ms, isGone }: RetentionRule, now: EpochMs, budget: RunBudget) => {
    const last = lastOver(kind, ms, now)
    for (let after = progress.of(kind, name); after < last; ) {
      if (budget.isOver()) return false
      budget.spend(1)
      const hour = await nextHour(kind, after, last)
      if (hour === undefined) break
      if (isHeldOff(kind, hour)) return false
      if (isGone === undefined || kind === 'profiles') await whole.expire(kind, hour)
      else budget.spend(2 * (await expirePart(kind, hour, isGone)))
      budget.spend(5)
      progress.set(kind, name, hour)
      after = hour
    }
    if (progress.of(kind, name) < last) progress.set(kind, name, last)
    return true
  }

  return {
    /** Looks at all that may be over; told again while it does, it changes nothing. */
    begin: (): void => setDue(true),

    isDue: (): boolean => isDue,

    /** An hour was written to, however long ago it was. */
    note: (kind: LakeKind, hour: string): void => progress.goBack(kind, hour, justBefore(hour)),

    async run(retention: CompiledRetention, now: EpochMs, budget: RunBudget): Promise<void> {
      if (!isDue) return
      await whole.settle()
      for (const kind of lakeKinds)
        for (const rule of retentionRules(retention[kind])) if (!(await follow(kind, rule, now, budget))) return
      if (await expireParked(bucket, retention, now, budget)) setDue(false)
    },
  }
}
