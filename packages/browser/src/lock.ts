import { type Ports, within } from '@spartito/sdk'
import { promisifyRequest, type UseStore } from 'idb-keyval'

/** How long a tab may send alone; also how long a dead tab's lease is waited out. */
const leaseMs = 10_000
const retryMs = 500

/**
 * One sender across tabs: Web Locks; where there are none (pages without HTTPS) a lease taken in an IndexedDB
 * transaction, since localStorage is cached by each process. Where neither works each page sends on its own, and the
 * collector de-duplicates.
 */
export const createLock = (name: string, use: UseStore, now: Ports['now'], timer: Ports['timer']): Ports['lock'] => {
  const lease: Ports['lock'] = async (work) => {
    let isFree = true // unless a transaction says otherwise: a store that is refused or hangs must not stop the queue
    await within(timer, () =>
      use('readwrite', async (rows) => {
        const held = await promisifyRequest<[string, number] | undefined>(rows.get('lock'))
        const leftMs = (held?.[1] ?? 0) - now()
        isFree = leftMs <= 0 || leftMs > leaseMs // more is a clock that was set back
        if (isFree) rows.put(['lock', now() + leaseMs], 'lock')
      }),
    )
    if (!isFree) return timer(() => lock(work), retryMs)
    await work()
    return use('readwrite', (rows) => promisifyRequest(rows.delete('lock')))
  }

  const lock: Ports['lock'] = (work) =>
    (async () => navigator.locks?.request(name, work) ?? lease(work))()
      .catch(work)
      .catch(() => undefined)
  return lock
}
