import { guardUrl } from '@spartito/destinations'
import type { Env } from '../env.ts'

/** Why no request may go to a URL (SPEC DE5); undefined when it may. Asked before each request, whatever was checked on save. */
export const guardTarget = (url: string, { DEVELOPMENT }: Pick<Env, 'DEVELOPMENT'>): string | undefined => {
  const guarded = guardUrl(url, DEVELOPMENT === 'true')
  return guarded.ok ? undefined : `its URL ${guarded.error}`
}
