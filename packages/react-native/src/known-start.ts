import { type Ports, patienceMs, type Store, within } from '@spartito/sdk'

/**
 * A store that says when the client has found out what it holds: after its first look, or once it was cleared. An app that is woken in the
 * background to send is put to sleep again when it says that it is done, and must not say so before.
 */
export const watchStart = (store: Store, timer: Ports['timer']): { store: Store; isKnown: Promise<unknown> } => {
  let tell = (): void => {}
  const known = new Promise<void>((resolve) => {
    tell = resolve
  })
  const isKnown = within(timer, () => known, 2 * patienceMs)
  return {
    isKnown,
    store: {
      ...store,
      async exists() {
        const isThere = await store.exists()
        if (!isThere) tell()
        return isThere
      },
      async read() {
        const rows = await store.read()
        tell()
        return rows
      },
      clear() {
        tell()
        return store.clear()
      },
    },
  }
}
