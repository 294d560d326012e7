import { requireEncryption } from './require-encryption.ts'
import { requireSecret } from './secret.ts'

const timeoutMs = 30_000

/** The statuses that a caller understands itself; others are told as they came. */
export interface Asked {
  understands?: readonly number[]
}

/**
 * The administration of a running collector.
 *
 * @param collector its address
 * @param tokenEnv the environment variable that holds an administrator's token
 * @param scope what the token has to be for
 * @returns a function that asks for a path; it throws an Error that says what to do when nobody answers, or a refusal
 */
export const askAdministration = (collector: string, tokenEnv: string, scope: 'read' | 'write') => {
  const base = requireEncryption(collector)
  const token = requireSecret(tokenEnv, `put an admin token of the scope ${scope} into it`)
  return async (path: string, init: RequestInit = {}, { understands = [] }: Asked = {}): Promise<Response> => {
    const url = new URL(path, base)
    const response = await fetch(url, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: Error) => {
      throw new Error(`${url.origin} did not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`)
    })
    if (response.ok || understands.includes(response.status)) return response
    const text = await response.text()
    const hint = response.status === 401 ? `: is ${tokenEnv} the token of this deployment?` : ''
    throw new Error(`${url} answered ${response.status}: ${text}${hint}`)
  }
}
