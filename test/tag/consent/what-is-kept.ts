import type { CDPSession } from 'playwright-core'

/** All that a browser keeps of an origin, by the browser's own protocol and not by the page's word. */
export interface Kept {
  /** name=value, of every host and path, also those that scripts cannot see */
  cookies: string[]
  localStorage: string[]
  sessionStorage: string[]
  /** databases with the values in them */
  databases: Record<string, string[]>
  caches: string[]
  serviceWorkers: string[]
}

export const nothing: Kept = {
  cookies: [],
  localStorage: [],
  sessionStorage: [],
  databases: {},
  caches: [],
  serviceWorkers: [],
}

const readDatabase = async (session: CDPSession, securityOrigin: string, databaseName: string): Promise<string[]> => {
  const { databaseWithObjectStores: database } = await session.send('IndexedDB.requestDatabase', {
    securityOrigin,
    databaseName,
  })
  const values = await Promise.all(
    database.objectStores.map(async ({ name: objectStoreName }) => {
      const page = { securityOrigin, databaseName, objectStoreName, skipCount: 0, pageSize: 1_000 }
      const { objectStoreDataEntries } = await session.send('IndexedDB.requestData', page)
      // the protocol's own preview of a value is cut short
      const read = async ({ objectId }: { objectId?: string }): Promise<string> => {
        const call = { objectId: objectId!, functionDeclaration: 'function () { return JSON.stringify(this) }' }
        return (await session.send('Runtime.callFunctionOn', call)).result.value
      }
      return Promise.all(objectStoreDataEntries.map(({ value }) => read(value)))
    }),
  )
  return values.flat()
}

/** @param session of a page of the origin */
export const readKept = async (session: CDPSession, origin: string): Promise<Kept> => {
  const storageItems = async (isLocalStorage: boolean): Promise<string[]> => {
    const storageId = { securityOrigin: origin, isLocalStorage }
    const { entries } = await session.send('DOMStorage.getDOMStorageItems', { storageId })
    return entries.map(([key, value]) => `${key}=${value}`)
  }
  const { cookies } = await session.send('Network.getAllCookies')
  const { databaseNames } = await session.send('IndexedDB.requestDatabaseNames', { securityOrigin: origin })
  const databases = await Promise.all(
    databaseNames.map(async (name) => [name, await readDatabase(session, origin, name)] as const),
  )
  const { caches } = await session.send('CacheStorage.requestCacheNames', { securityOrigin: origin })
  const serviceWorkers: string[] = []
  const hear = ({ registrations }: { registrations: { scopeURL: string; isDeleted: boolean }[] }): void => {
    for (const { scopeURL, isDeleted } of registrations)
      if (!isDeleted && scopeURL.startsWith(origin)) serviceWorkers.push(scopeURL)
  }
  session.on('ServiceWorker.workerRegistrationUpdated', hear)
  // enabling it tells all that there are
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.disable')
  session.off('ServiceWorker.workerRegistrationUpdated', hear)
  return {
    cookies: cookies.map(({ name, value }) => `${name}=${decodeURIComponent(value)}`),
    localStorage: await storageItems(true),
    sessionStorage: await storageItems(false),
    databases: Object.fromEntries(databases),
    caches: caches.map(({ cacheName }) => cacheName),
    serviceWorkers,
  }
}
