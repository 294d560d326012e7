import type { Answer } from '@spartito/protocol'
import type { Config } from '../config.ts'
import type { TokenField } from '../identity/tokens.ts'
import type { Ports, Row } from '../ports.ts'
import { within } from '../within.ts'
import { backoff, retryAfter } from './backoff.ts'
import { bounds, cutBatch, cutExcess, utf8Bytes } from './bounds.ts'
import { dropsKey, type EventRows, isEventKey } from './event-rows.ts'
import { isFinal, isStored } from './verdict.ts'

type DropCounts = Record<string, number>

const keysOf = (rows: Row[]): string[] => rows.map(([key]) => key)

const gatherMs = 250
const timeoutMs = 30_000

export interface Sender {
  /** Counts events that were dropped, by reason; the counts go with the next batch (SPEC QU3). */
  drop(reason: string, count?: number): void
  /** Sends soon, gathering what comes within 250 ms. */
  schedule(): void
  /** Sends what waits, when it is this tab's turn; resolves when nothing is left or a try has failed. */
  flush(): Promise<void>
  /** Sends this page's rows at once, up to 30 KB: the page may be gone the next moment. */
  leave(): void
  /** Tries again now, unless the collector asked to wait. */
  wake(): void
  /** Aborts what is under way, and ignores its answers. */
  abort(): void
}

/** Sends rows in batches, one tab at a time, and removes them when the collector has answered for them. */
export const createSender = (
  config: Config,
  ports: Pick<Ports, 'fetch' | 'timer' | 'now' | 'random' | 'lock'>,
  rows: EventRows,
  token: () => TokenField,
  onAnswer: (answer: Answer, lastEvent: string) => void,
): Sender => {
  let drops: DropCounts = {}
  const underWay = new Set<string>()
  let stop = new AbortController()
  let attempt = 0
  let batchEvents: number = bounds.batchEvents
  let isScheduled = false
  /** the wait after a failure, as long as there is one */
  let waiting: { askedMs: number } | undefined

  const drop = (reason: string, count = 1): void => {
    drops[reason] = (drops[reason] ?? 0) + count
  }

  const resume = (): void => {
    waiting = undefined
    void flush()
  }

  /** Sends one batch and settles it: its rows are removed, or stay for a later try. */
  const deliver = async (batch: Row[], isLeaving: boolean, counts?: DropCounts): Promise<void> => {
    const { signal } = stop
    const keys = keysOf(batch)
    const events = batch.map(([, json]) => json)
    const head = JSON.stringify({
      writeKey: config.writeKey,
      sentAt: ports.now(),
      drops: counts,
      ...token(),
    })
    const body = `${head.slice(0, -1)},"batch":[${events}]}`
    for (const key of keys) underWay.add(key)
    const request = () =>
      ports.fetch(new URL('/v1/batch', config.collector), {
        method: 'POST',
        body, // text is text/plain, which needs no preflight
        // over its quota keepalive fails every time, so retries go without
        keepalive: (isLeaving || !attempt) && utf8Bytes(body) < bounds.keepaliveBytes,
        credentials: config.credentials,
        signal,
      })
    // bounded: a request that never ends would hold the other tabs up
    const response = await within(ports.timer, request, timeoutMs)
    const answer = (await within(ports.timer, () => response!.json(), timeoutMs)) as Answer | undefined
    for (const key of keys) underWay.delete(key)
    if (signal.aborted) return
    const status = response?.status
    if (!isFinal(status)) {
      const wait = { askedMs: retryAfter(response?.headers.get('retry-after'), ports.now()) }
      waiting = wait
      ports.timer(() => waiting === wait && resume(), wait.askedMs + backoff(attempt++, ports.random()))
    } else if (status === 413 && keys[1]) batchEvents = Math.ceil(keys.length / 2)
    else {
      attempt = 0
      batchEvents = Math.min(bounds.batchEvents, batchEvents * 2)
      if (!isStored(status)) drop(`http_${status}`, keys.length)
      // the row holds just the counts that went along: what was dropped meanwhile is in memory still
      else if (counts) keys.push(dropsKey)
      await rows.remove(keys)
      if (answer) onAnswer(answer, events.at(-1)!)
    }
  }

  /** Adds this page's counts to the row of all, where they survive the page. Only the one sender does: nothing counts twice. */
  const gatherDrops = (row: string | undefined): DropCounts => {
    const counts = JSON.parse(row ?? '{}') as DropCounts
    for (const reason in drops) {
      counts[reason] = (counts[reason] ?? 0) + drops[reason]!
      rows.put(dropsKey, JSON.stringify(counts))
    }
    drops = {}
    return counts
  }

  const isFree = ([key]: Row): boolean => isEventKey(key) && !underWay.has(key)

  const drain = async (): Promise<void> => {
    while (!waiting) {
      const all = await rows.read()
      const events = [...all].filter(isFree)
      const excess = cutExcess(events, ports.now())
      if (excess[0]) {
        drop('overflow', excess.length)
        await rows.remove(keysOf(excess))
      }
      const counts = gatherDrops(all.get(dropsKey))
      const batch = cutBatch(events, batchEvents)
      if (!batch[0]) return
      await deliver(batch, false, counts)
    }
  }

  // Each flush waits for its turn anew, none is skipped: a drain that is just ending may have read before the last write.
  const flush = async (): Promise<void> => {
    if (rows.mayHold()) await ports.lock(drain)
  }

  const leave = (): void => {
    const batch = cutBatch(rows.own().filter(isFree), batchEvents)
    // What does not fit stays in the store for the next page. A request that the leaving page has broken off is no reason to wait.
    if (!waiting?.askedMs && batch[0]) void within(ports.timer, () => deliver(batch, true))
  }

  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    ports.timer(() => {
      isScheduled = false
      void flush()
    }, gatherMs)
  }

  const wake = (): void => {
    if (waiting?.askedMs) return
    attempt = 0
    resume()
  }

  const abort = (): void => {
    stop.abort()
    stop = new AbortController()
    underWay.clear()
    attempt = 0
    waiting = undefined
  }

  return { drop, schedule, flush, leave, wake, abort }
}
