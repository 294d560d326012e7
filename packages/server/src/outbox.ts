import { limits, utf8Bytes } from '@spartito/protocol'
import { backoff, retryAfter } from '@spartito/sdk/backoff'
import type { ServerConfig } from './client.ts'
import { type Endpoint, sendBatch } from './send-batch.ts'
import type { Row } from './spool/spool.ts'

/** An event that will not be stored, and why. */
export interface Dropped {
  messageId: string
  /** the collector's own code, or one of this client: `full`, `too_old`, `closed`, `spool_failed`, `invalid_event` */
  code: string
  message: string
}

interface Waiting extends Row {
  bytes: number
  /** when it was recorded here, ms since the epoch */
  since: number
}

const day = 86_400_000
/** Below the collector's own, so that what stands around the events fits. */
const maxBatchBytes = limits.bodyBytes - 8 * 1024
const maxBatchEvents = 500

/** Listeners are the application's: one that throws keeps no event from being sent. */
export const heard = (listen: () => void): void => {
  try {
    listen()
  } catch {
    // it is theirs to know
  }
}

/** Waits for work, but no longer than that; keeps the process for as long as it waits, and no longer. */
const settledWithin = async (work: Promise<unknown>, limitMs: number): Promise<void> => {
  let limit: unknown
  const late = new Promise<void>((resolve) => {
    limit = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, late])
  clearTimeout(limit as number)
}

/** One timer of a process must not keep it alive; browsers' and Workers' timers are numbers. */
const unref = (timer: unknown): void => (timer as { unref?: () => void }).unref?.()

/** Holds events in their order and sends them, one request at a time, until each is settled. */
export const createOutbox = (
  { spool, flushAfterMs = 250, maxWaiting = 100_000, maxAgeMs = 3 * day, onDrop, onDelay }: ServerConfig,
  endpoint: Endpoint,
) => {
  const waiting: Waiting[] = []
  let isClosed = false
  let attempt = 0
  /** nothing is sent before; of that, what the collector has asked for, which `flush` keeps to as well */
  let notBefore = 0
  let askedUntil = 0
  let timer: unknown
  let round: Promise<void> | undefined
  let told: string | undefined
  /** Of a batch that was too large; grows again once one is taken. */
  let most = maxBatchEvents

  const hold = (row: Row, since: number): void => void waiting.push({ ...row, bytes: utf8Bytes(row.json) + 1, since })

  const drop = (rows: readonly Row[], code: string, message: string): void => {
    for (const { id } of rows) heard(() => onDrop?.({ messageId: id, code, message }))
  }

  const tell = (reason: string): void => heard(() => onDelay?.(reason))

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    const settled = new Set<Row>(batch)
    const left = waiting.filter((row) => !settled.has(row))
    waiting.length = 0
    for (const row of left) waiting.push(row)
    // one that cannot be taken out is sent again by the next process, and known by its messageId
    await spool?.remove(batch.map(({ id }) => id)).catch(() => undefined)
  }

  const nextBatch = (): Waiting[] => {
    let bytes = 0
    const batch: Waiting[] = []
    for (const row of waiting) {
      bytes += row.bytes
      if (batch.length > 0 && (batch.length >= most || bytes > maxBatchBytes)) break
      batch.push(row)
    }
    return batch
  }

  /** One request. @returns whether to go on at once */
  const sendOne = async (): Promise<boolean> => {
    const now = Date.now()
    const old = waiting.filter(({ since }) => since + maxAgeMs < now)
    if (old.length > 0) {
      drop(old, 'too_old', `it could not be sent for ${Math.round(maxAgeMs / 3_600_000)} hours`)
      await settle(old)
    }
    const batch = nextBatch()
    if (batch.length === 0) return false
    const sent = await sendBatch(
      endpoint,
      batch.map(({ json }) => json),
      now,
    )
    if (sent.kind === 'later' || (sent.kind === 'too large' && batch.length > 1)) {
      if (sent.kind === 'too large') {
        most = Math.ceil(batch.length / 2)
        return true
      }
      askedUntil = Date.now() + retryAfter(sent.retryAfter, Date.now())
      notBefore = Math.max(askedUntil, Date.now() + backoff(attempt++, Math.random()))
      if (told !== sent.reason) tell(sent.reason)
      told = sent.reason
      return false
    }
    attempt = 0
    told = undefined
    most = Math.min(maxBatchEvents, most * 2)
    if (sent.kind === 'stored')
      for (const { index, code, message } of sent.answer.rejected ?? []) drop([batch[index]!], code, message)
    else drop(batch, sent.kind === 'refused' ? sent.code : 'too_large_batch', sent.reason)
    await settle(batch)
    return true
  }

  /** Sends until nothing waits, or until something has to be waited for. */
  const sendAll = async (): Promise<void> => {
    await loaded
    while (Date.now() >= notBefore && (await sendOne()));
  }

  const schedule = (delayMs: number): void => {
    if (timer !== undefined || isClosed) return
    timer = setTimeout(() => {
      timer = undefined
      void run()
    }, delayMs)
    unref(timer)
  }

  const run = (): Promise<void> => {
    round ??= sendAll().finally(() => {
      round = undefined
      if (waiting.length > 0) schedule(Math.max(flushAfterMs, notBefore - Date.now()))
    })
    return round
  }

  const loaded = (async () => {
    try {
      const left = (await spool?.load()) ?? []
      // they are older than all that came meanwhile
      waiting.unshift(...left.map((row) => ({ ...row, bytes: utf8Bytes(row.json) + 1, since: Date.now() })))
      if (left.length > 0) schedule(0)
    } catch (error) {
      tell(`what an earlier process left cannot be read: ${String(error)}`)
    }
  })()

  return {
    /** @returns whether it is kept */
    async add(row: Row): Promise<boolean> {
      if (isClosed || waiting.length >= maxWaiting) {
        drop(
          [row],
          isClosed ? 'closed' : 'full',
          isClosed ? 'the client was closed' : `${maxWaiting} events wait already`,
        )
        return false
      }
      hold(row, Date.now())
      schedule(Math.max(waiting.length >= maxBatchEvents ? 0 : flushAfterMs, notBefore - Date.now()))
      try {
        await spool?.add([row])
      } catch (error) {
        // it is still sent, but a process that ends meanwhile loses it
        tell(`the spool could not keep an event: ${String(error)}`)
      }
      return true
    },

    async flush(): Promise<number> {
      // what came while a round was under way is in the next
      await round
      notBefore = askedUntil
      await run()
      return waiting.length
    },

    async close(timeoutMs = 10_000): Promise<number> {
      isClosed = true
      clearTimeout(timer as number)
      const deadline = Date.now() + timeoutMs
      await loaded
      while (waiting.length > 0 && Date.now() < deadline) {
        await settledWithin(run(), deadline - Date.now())
        const pauseMs = Math.min(notBefore, deadline) - Date.now()
        if (waiting.length > 0 && pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
      if (!spool && waiting.length > 0) drop(waiting, 'closed', 'the client was closed before it could be sent')
      return waiting.length
    },
  }
}
