import type { Env } from '../env.ts'

/** What the routes of the administration share. */
export interface AdminApp {
  Bindings: Env
  /** what the token may do; the record of the write that is being answered */
  Variables: { scope: 'read' | 'write'; auditId?: number }
}

/** The body of a refusal. */
export const problem = (code: string, message: string, more: object = {}) => ({
  success: false,
  code,
  message,
  ...more,
})
