import { type Batch, makeBatches } from './batches.ts'
import type { Progress } from './progress.ts'
import type { RejectedRow } from './rejected-rows.ts'
import type { Taken } from './send-batches.ts'
import { readSorted } from './sorted-rows.ts'

export interface SendPorts {
  send: (body: string) => Promise<Taken>
  reject: (rows: RejectedRow[]) => void
  /** keeps the progress; it is on the disk when this returns */
  keep: (progress: Progress) => void
}

interface Sent {
  batch: Batch
  part: number
  answer: Promise<Taken>
}

/**
 * Sends what was sorted, from where the progress is, several batches at a time. A batch is answered for in their order alone,
 * and its rejections are written before the progress knows of it: after a kill at most the batches that were on their way
 * are sent again, and are copies then.
 *
 * @param parallel how many batches are on their way at a time
 * @returns the progress when all is sent
 */
export const sendSorted = async (
  folder: string,
  begun: Progress,
  parallel: number,
  { send, reject, keep }: SendPorts,
): Promise<Progress> => {
  let progress = begun
  const underWay: Sent[] = []

  const settleOldest = async (): Promise<void> => {
    const { batch, part, answer } = underWay[0]!
    const { accepted, duplicate, quarantined, rejected } = await answer
    underWay.shift()
    reject(
      rejected.map(({ index, messageId, code, message }) => ({ row: batch.rows[index]!, code, message, messageId })),
    )
    progress = {
      ...progress,
      part,
      batches: part === progress.part ? progress.batches + 1 : 1,
      accepted: progress.accepted + accepted,
      duplicate: progress.duplicate + duplicate,
      quarantined: progress.quarantined + quarantined,
      rejected: progress.rejected + rejected.length,
    }
    keep(progress)
  }

  for (let part = begun.part; part < begun.parts; part++) {
    let skip = part === begun.part ? begun.batches : 0
    for await (const batch of makeBatches(readSorted(folder, part))) {
      if (skip > 0) {
        skip--
        continue
      }
      while (underWay.length >= parallel || (batch.follows && underWay.length > 0)) await settleOldest()
      const answer = send(batch.body)
      // Whoever fails first ends all; what the others say then is of no use.
      answer.catch(() => {})
      underWay.push({ batch, part, answer })
    }
  }
  while (underWay.length > 0) await settleOldest()
  return progress
}
