import type { Failure, RefusalCode } from '@spartito/protocol'

/** A request that is refused as a whole: the status, and what is said. */
export interface Failed {
  status: 400 | 401 | 403 | 404 | 405 | 413 | 503
  body: Failure
}

export const failed = (status: Failed['status'], code: RefusalCode | 'unavailable', message: string): Failed => ({
  status,
  body: { success: false, code, message },
})
