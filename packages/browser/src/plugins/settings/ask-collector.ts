import type { PluginSettings } from '../plugin.ts'

/** How long an answer is waited for, in ms. */
const patienceMs = 5_000

/** Where the collector is: as the tag is told, else where this module has come from. */
export const collectorUrl = (path: string, { collector, src }: PluginSettings): URL =>
  new URL(path, new URL(collector ?? src ?? import.meta.url, location.href))

/**
 * Asks the collector something about this visitor, with cookies as the tag's own requests have them.
 *
 * @returns undefined for every answer but 200, for none within 5 s, and for no network
 */
export const askCollector = async (
  path: string,
  init: RequestInit,
  settings: PluginSettings,
): Promise<Record<string, unknown> | undefined> => {
  const credentials = (settings.credentials as RequestCredentials | undefined) ?? 'same-origin'
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(collectorUrl(path, settings), { credentials, signal, ...init })
    return response.ok ? await response.json() : undefined
  } catch {
    // offline, blocked or too slow: the page goes on without
    return undefined
  }
}
