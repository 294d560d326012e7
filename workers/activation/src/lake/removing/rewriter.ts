import type { LakeKind, RemovedCount, UnnamedCount } from '@spartito/lake'
import type { RemovedRows } from './removed-rows.ts'

/** A file that is to be stored again under its key without some of its rows, or deleted. */
export interface Rewrite {
  key: string
  /** undefined: nothing is left, and it goes */
  body: ArrayBuffer | string | undefined
  metadata: Record<string, string>
  /** where its rows are counted; absent of what is no file of rows */
  of?: { kind: LakeKind; hour: string; why: RemovedCount['why']; counts: readonly UnnamedCount[] }
  /** as erasures count it: a kind, or `parked` */
  what: LakeKind | 'parked'
  /** rows of each erasure, by its id */
  rows: Readonly<Record<string, number>>
}

/** A rewrite that was begun, as it is kept until it is known to be done. */
interface Begun extends Omit<Rewrite, 'body' | 'metadata'> {
  /** what the stored file says of itself; null when it is deleted */
  token: string | null
}

const begunKey = 'rewrite'

/**
 * Stores files again, and counts what went with each exactly once: what is about to go is written down first, and the file itself says
 * whether it was done. Whatever cuts that off, `settle` finds out which (RELIABILITY R24).
 *
 * @param counted is told in the transaction that counts
 */
export const openRewriter = (
  storage: DurableObjectStorage,
  bucket: R2Bucket,
  removed: RemovedRows,
  counted: (begun: Pick<Rewrite, 'what' | 'rows' | 'of'>) => void,
) => {
  const end = (begun: Begun): void =>
    storage.transactionSync(() => {
      const { of } = begun
      if (of) removed.add(of.kind, of.hour, of.why, of.counts)
      counted(begun)
      storage.kv.delete(begunKey)
    })

  return {
    /** Ends what a run that was cut off has begun: to be called before another is begun. */
    async settle(): Promise<void> {
      const begun = storage.kv.get<Begun>(begunKey)
      if (!begun) return
      const stored = await bucket.head(begun.key)
      if (begun.token === null ? stored === null : stored?.customMetadata?.rewrite === begun.token) end(begun)
      // Not done: whoever began it comes to the file again.
      else storage.kv.delete(begunKey)
    },

    async rewrite({ body, metadata, ...its }: Rewrite): Promise<void> {
      const begun: Begun = { ...its, token: body === undefined ? null : crypto.randomUUID() }
      storage.kv.put(begunKey, begun)
      // In place: a bucket replaces a file whole, so there is no instant without what is left of it.
      if (body === undefined) await bucket.delete(its.key)
      else await bucket.put(its.key, body, { customMetadata: { ...metadata, rewrite: begun.token! } })
      end(begun)
    },
  }
}

export type Rewriter = ReturnType<typeof openRewriter>
