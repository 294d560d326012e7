import { ok, type Result, refuse } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import { type Failed, failed } from './failed.ts'

const basicUser = (authorization: string | null): string | undefined => {
  if (!authorization?.startsWith('Basic ')) return undefined
  try {
    return atob(authorization.slice(6)).split(':')[0] || undefined
  } catch {
    // Not base64: no key was shown, and the answer says so.
    return undefined
  }
}

/** Jitsu's client takes keys in two parts alone, `<key>:<secret>`; a write key is the first. */
const headerKey = (request: Request): string | undefined => request.headers.get('x-write-key')?.split(':')[0]

/** The write key that a request shows outside its body (SPEC WI2); undefined when it shows none. */
export const keyOfRequest = (request: Request): string | undefined =>
  basicUser(request.headers.get('authorization')) ??
  headerKey(request) ??
  (request.url.includes('?') ? (new URL(request.url).searchParams.get('writeKey') ?? undefined) : undefined)

/** Finds the source that a write key names, and whether it may send from here (SPEC WI2, WI11). */
export const authenticate = (
  workspace: CompiledWorkspace,
  key: string | undefined,
  request: Request,
): Result<Source, Failed> => {
  if (key === undefined)
    return refuse(
      failed(
        401,
        'unknown_write_key',
        'no write key: send it as the Basic user name, writeKey in the body, X-Write-Key or ?writeKey=',
      ),
    )
  const source = workspace.sourcesByKey.get(key)
  if (!source)
    return refuse(failed(401, 'unknown_write_key', 'the write key names no source: copy it from the workspace'))
  if (source.disabled)
    return refuse(failed(403, 'source_disabled', `the source ${source.id} is switched off in the workspace`))
  const origin = request.headers.get('origin')
  if (origin !== null && source.origins && !source.origins.includes(origin))
    return refuse(
      failed(
        403,
        'origin_denied',
        `the source ${source.id} does not take events from this origin: add it to its origins`,
      ),
    )
  return ok(source)
}
