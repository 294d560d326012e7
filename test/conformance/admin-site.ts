import { afterAll, beforeAll } from 'vitest'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'

let folder: TempFolder
export let spartito: Spartito

/** Starts a collector for the tests of one file, and ends it after them. */
export const useAdminSite = (): void => {
  beforeAll(async () => {
    folder = await makeTempFolder('conformance-admin')
    spartito = await startSpartito({ folder: folder.path })
    await spartito.admin.publish(conformanceWorkspace)
  })
  afterAll(async () => {
    await spartito?.runtime.stop()
    await folder?.remove()
  })
}

export const ask = async (path: string, init: RequestInit = {}, token: string | undefined = keys.admin) => {
  const headers = new Headers(init.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(`${spartito.collector}/admin/${path}`, { ...init, headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
export const put = (document: unknown, headers: Record<string, string> = {}, token: string | undefined = keys.admin) =>
  ask('workspace', { method: 'PUT', headers, body: JSON.stringify(document) }, token)
