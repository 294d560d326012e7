import type { Env } from '../env.ts'

/** What the routes of the administration share. */
export interface AdminApp {
  Bindings: Env
}

/** The body of a refusal. */
export const problem = (code: string, message: string, more: object = {}) => ({
  success: false,
  code,
  message,
  ...more,
})
