import { type Ports, patienceMs, type Store, within } from '@spartito/sdk'

/**
 * A store, and what resolves when all that the client has asked of it so far is answered: two seconds are waited at most. An app that is
 * woken in the background to send is put to sleep again when it says that it is done, and must not say so before it knows what waits.
 */
export const watchStart = (store: Store, timer: Ports['timer']): { store: Store; settled(): Promise<unknown> } => {
  let looks: Promise<unknown> = Promise.resolve()
  const watched = <T>(look: Promise<T>): Promise<T> => {
    looks = Promise.allSettled([looks, look])
    return look
  }
  const settle = async (): Promise<void> => {
    let seen: Promise<unknown>
    do {
      seen = looks
      await seen
      // one task later the client has taken what it was told, and has perhaps asked for more
      await new Promise<void>((resolve) => void timer(resolve, 0))
    } while (seen !== looks)
  }
  return {
    settled: () => within(timer, settle, 2 * patienceMs),
    store: { ...store, exists: () => watched(store.exists()), read: () => watched(store.read()) },
  }
}
