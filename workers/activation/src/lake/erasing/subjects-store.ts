import type { ErasureAsk } from '@spartito/lake'

const keyOf = (id: string): string => `erasures/${encodeURIComponent(id)}.json`

/** Objects asked side by side: a Worker has six connections. */
const atATime = 6

/**
 * Who is being erased, one file each in the bucket, until it is done. Not in the keeper's own storage: what is deleted there stays in the
 * platform's history for 30 days, and a bucket has none.
 */
export const subjectsStore = (bucket: R2Bucket) => ({
  put: (ask: ErasureAsk) => bucket.put(keyOf(ask.erasureId), JSON.stringify(ask)),

  async read(ids: readonly string[]): Promise<ErasureAsk[]> {
    const asks: ErasureAsk[] = []
    for (let at = 0; at < ids.length; at += atATime)
      asks.push(
        ...(await Promise.all(
          ids.slice(at, at + atATime).map(async (id) => {
            const found = await bucket.get(keyOf(id))
            // Written before it is listed as waiting, and deleted when its pass is through: somebody else has deleted it.
            if (!found) throw new Error(`the bucket has no erasures/${id}.json any more: put it back from its backup`)
            return found.json<ErasureAsk>()
          }),
        )),
      )
    return asks
  },

  async remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await bucket.delete(ids.map(keyOf))
  },
})

export type SubjectsStore = ReturnType<typeof subjectsStore>
