import type { Host } from './host.ts'

/**
 * Says what an app has to add, where the client could take events and never send them.
 *
 * @throws TypeError
 */
export const checkPlatform = (has: { [name in 'TextEncoder' | 'AbortController' | 'URL']?: unknown }): void => {
  for (const name of ['TextEncoder', 'AbortController', 'URL'] as const)
    if (has[name] === undefined)
      throw new TypeError(`this app has no ${name}: it came to React Native with version 0.74, or with a polyfill`)
}

/** @throws TypeError where nothing gives unguessable bytes */
export const randomBytesOf = ({ getRandomValues }: Pick<Host, 'getRandomValues'>): ((count: number) => Uint8Array) => {
  const fill = getRandomValues ?? globalThis.crypto?.getRandomValues?.bind(globalThis.crypto)
  if (!fill)
    throw new TypeError(
      'this app has no source of randomness: pass getRandomValues of expo-crypto, or import react-native-get-random-values first',
    )
  return (count) => {
    const bytes = new Uint8Array(count)
    fill(bytes as never)
    return bytes
  }
}
