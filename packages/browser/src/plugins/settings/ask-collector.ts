import type { PluginSettings } from '../plugin.ts'

/** How long an answer is waited for, in ms. */
const patienceMs = 5_000

/** Where the collector is: as the tag is told, else where this module has come from. */
export const collectorUrl = (path: string, { collector, src }: PluginSettings): URL =>
  new URL(path, new URL(collector ?? src ?? import.meta.url, location.href))

/**
 * Asks the collector something about this visitor, as JSON in a body of text, which needs no preflight.
 *
 * @returns undefined for every answer but 200, for none within 5 s, and for no network
 */
export const askCollector = async (
  path: string,
  body: object,
  credentials: RequestCredentials,
  settings: PluginSettings,
): Promise<Record<string, unknown> | undefined> => {
  try {
    const response = await fetch(collectorUrl(path, settings), {
      method: 'POST',
      body: JSON.stringify({ writeKey: settings.writeKey, ...body }),
      credentials,
      signal: AbortSignal.timeout(patienceMs),
    })
    return response.ok ? await response.json() : undefined
  } catch {
    // offline, blocked or too slow: the page goes on without
    return undefined
  }
}
