import { setTimeout as wait } from 'node:timers/promises'
import { requireEncryption } from '../collector/require-encryption.ts'
import { requireSecret } from '../collector/secret.ts'
import { formatJson, formatLine } from './format-line.ts'

export interface TailFlags {
  source?: string
  event?: string
  identifier?: string
  tokenEnv: string
  json: boolean
}

/** The collector stops sending to who does not say what it has seen; this is a fraction of what it lets be on the way. */
const sayEvery = 100
const firstWaitMs = 1_000
const maxWaitMs = 30_000
const askTimeoutMs = 30_000

const protocols = (token: string): string[] => [
  'spartito.live',
  `spartito.token.${Buffer.from(token).toString('base64url')}`,
]

/** Asks without a WebSocket first: what is refused says why, which a WebSocket cannot. @throws Error that says it */
const ask = async (url: URL, token: string): Promise<void> => {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(askTimeoutMs),
  }).catch((error: Error) => {
    throw new Error(`${url.origin} did not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  const body = await response.text()
  // "Upgrade required" is what a collector says that would have taken a WebSocket.
  if (response.status !== 426) throw new Error(`${url} answered ${response.status}: ${body}`)
}

/** One connection, until it ends. @returns whether it was ever open */
const listen = (url: URL, token: string, print: (message: string) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const address = new URL(url)
    address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address, protocols(token))
    let seen = 0
    let wasOpen = false
    socket.addEventListener('open', () => {
      wasOpen = true
    })
    socket.addEventListener('message', ({ data }) => {
      print(String(data))
      if (++seen % sayEvery === 0) socket.send(String(seen))
    })
    // An error is followed by a close.
    socket.addEventListener('close', () => resolve(wasOpen))
  })

/**
 * Prints what becomes of events, as it happens, one line each, until it is ended. A connection that breaks is made again: a deployment cuts
 * it.
 *
 * @param collector its address
 * @throws Error that says why it cannot: no token, an address that does not answer, a source that is not there
 */
export const tail = async (
  collector: string,
  { source, event, identifier, tokenEnv, json }: TailFlags,
): Promise<void> => {
  const url = new URL('/admin/live', requireEncryption(collector))
  for (const [name, value] of Object.entries({ source, event, identifier }))
    if (value !== undefined) url.searchParams.set(name, value)
  const token = requireSecret(tokenEnv, 'put an admin token of the scope read into it')
  await ask(url, token)
  console.error(`listening to ${url.origin}; the first events may take a little to show (2 s locally, 90 s deployed)`)
  const print = (message: string): void => console.log(json ? formatJson(message) : formatLine(message))
  for (let waitMs = firstWaitMs; ; ) {
    const wasOpen = await listen(url, token, print)
    waitMs = wasOpen ? firstWaitMs : Math.min(maxWaitMs, waitMs * 2)
    console.error(`the connection ended; again in ${waitMs / 1_000} s`)
    await wait(waitMs)
  }
}
