import type { PageContext } from '../context.ts'

/** The methods that a page may call; what else a message names is left alone. */
const methods = [
  'push',
  'track',
  'page',
  'screen',
  'identify',
  'group',
  'alias',
  'reset',
  'consent',
  'forget',
  'flush',
] as const

export interface PageCall {
  page: PageContext
  /** undefined when the page asks what there is to tell */
  call: { method: (typeof methods)[number]; input: unknown[] } | undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * A message of a page, as `@spartito/browser` posts it: `{"spartito":1,"page":{"url","referrer","title"},"call":["track","Name",…]}`. Pure.
 *
 * @returns undefined for a message of somebody else's
 */
export const readMessage = (data: string): PageCall | undefined => {
  try {
    const { spartito, page, call } = JSON.parse(data) as { spartito?: unknown; page?: PageContext; call?: unknown }
    if (spartito !== 1 || !Array.isArray(call)) return undefined
    const [name, ...input] = call as unknown[]
    const method = methods.find((its) => its === name)
    if (name !== undefined && !method) return undefined
    const about = { url: text(page?.url), referrer: text(page?.referrer), title: text(page?.title) }
    return { page: about, call: method && { method, input } }
  } catch {
    // a web view is full of messages of others
    return undefined
  }
}
