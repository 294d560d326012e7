import { homedir } from 'node:os'
import { join } from 'node:path'
import { askAdministration } from '../collector/administration.ts'
import type { ListedFile, RemoteLake } from './sync-lake.ts'

/** The lake of a deployment, or of `npm start`, as its administration hands it out. @throws Error that says what to do, also later */
export const remoteLake = (collector: string, tokenEnv: string): RemoteLake => {
  const ask = askAdministration(collector, tokenEnv, 'read')
  return {
    async list(kind, since, after) {
      const query = new URLSearchParams({ kind, ...(since && { from: since }), ...(after && { after }) })
      const response = await ask(`/admin/lake/files?${query}`, {}, { understands: [404] })
      if (response.status === 404)
        throw new Error(
          `${new URL(collector).origin} does not hand out its lake: it runs an older version, deploy this one`,
        )
      return (await response.json()) as { files: ListedFile[]; next?: string | null }
    },
    async read(key) {
      const response = await ask(`/admin/lake/file?${new URLSearchParams({ key })}`, {}, { understands: [404] })
      return response.status === 404 ? undefined : new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** Where the files of a collector are kept between questions, unless another folder is named. */
export const cacheOf = (collector: string): string =>
  join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'spartito',
    'lake',
    new URL(collector).host.replace(/[^\w.-]/g, '_'),
  )
