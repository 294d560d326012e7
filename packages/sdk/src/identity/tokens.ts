import type { IdentifyOptions } from '../client-api.ts'

/** A token as a request carries it. */
export type TokenField = { token: string | undefined } | undefined

export interface Tokens {
  /** Keeps what an identify brought, in this page's memory alone: whoever reads the device could use it (SPEC ID11). */
  take(userId: unknown, options: IdentifyOptions | undefined): void
  /** the newest of a user; another user's never goes along */
  of(userId: unknown): TokenField
  forget(): void
}

export const createTokens = (): Tokens => {
  let tokens: Record<string, string | undefined> = {}

  const take = (userId: unknown, options: IdentifyOptions | undefined): void => {
    if (options) tokens[userId as string] = options.token
  }

  const of = (userId: unknown): TokenField => ({ token: tokens[userId as string] })

  const forget = (): void => {
    tokens = {}
  }

  return { take, of, forget }
}
