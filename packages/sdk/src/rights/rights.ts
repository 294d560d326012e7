/** What became of what somebody asked for: nothing here throws. */
export type RightsAnswer<T> = { ok: true; value: T } | { ok: false; code: string; message: string }

/** What a person is told who asked to be forgotten. */
export interface Forgetting {
  /** what undoes it, for them alone */
  id: string
  /** when it begins, epoch ms: until then it can be undone */
  dueAt: number
}

export interface RightsAsk {
  /** a token that the owner's server has signed for the person (SPEC ID11); the cookie of an earlier one counts when left out */
  token?: string | undefined
}

/** What a verified person may ask for (SPEC CO7, CO8). Every method may be called at any time and never throws. */
export interface Rights {
  /** All that is kept of the person, as text: JSON, or a page for people. */
  export(ask?: RightsAsk & { format?: 'json' | 'html' | undefined }): Promise<RightsAnswer<string>>
  /** Asks that the person be forgotten everywhere, and forgets them on this device when that is taken. */
  forget(ask?: RightsAsk): Promise<RightsAnswer<Forgetting>>
  /** Takes that back, as long as it has not begun. What this device has forgotten stays so. */
  undo(id: string, ask?: RightsAsk): Promise<RightsAnswer<{ undone: true }>>
}

/** The web's `fetch`, as far as it is used. */
export type RightsFetch = (
  url: string,
  init: {
    method: 'POST'
    body: string
    credentials?: 'omit' | 'include' | 'same-origin'
    headers?: Record<string, string>
    signal: AbortSignal
  },
) => Promise<{ ok: boolean; text(): Promise<string> }>

/** Where to ask, and as whom. */
export interface RightsEndpoint {
  /** the collector's origin */
  collector: string
  fetch: RightsFetch
  credentials?: 'omit' | 'include' | 'same-origin' | undefined
  headers?: Record<string, string> | undefined
  /** how long an answer is waited for, ms */
  timeoutMs: number
}

const refusalOf = (text: string): { code: string; message: string } => {
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown }
    if (typeof code === 'string') return { code, message: `${message}` }
  } catch {
    // not the collector's own words: those of a proxy before it
  }
  return { code: 'unavailable', message: 'what answered was not the collector: ask again later' }
}

/** Asks the collector one thing of its rights. @param read what makes the value of a good answer */
export const askForRights = async <T>(
  { collector, fetch, credentials, headers, timeoutMs }: RightsEndpoint,
  path: string,
  said: object,
  read: (text: string) => T,
): Promise<RightsAnswer<T>> => {
  try {
    const response = await fetch(new URL(path, collector).href, {
      method: 'POST',
      // as text: a page's question needs no preflight
      body: JSON.stringify(said),
      ...(credentials && { credentials }),
      ...(headers && { headers }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    return response.ok ? { ok: true, value: read(text) } : { ok: false, ...refusalOf(text) }
  } catch (error) {
    return { ok: false, code: 'unavailable', message: `the collector could not be reached: ${String(error)}` }
  }
}

/**
 * The rights of whoever is signed in on this device: loaded by who asks for them, since the tag has no bytes for what happens so seldom.
 *
 * @param forgetDevice ends what the device remembers: a client's `forget`
 */
export const createRights = (endpoint: RightsEndpoint, writeKey: string, forgetDevice: () => void): Rights => ({
  export: ({ token, format } = {}) =>
    askForRights(endpoint, '/v1/me/export', { writeKey, token, format }, (text) => text),
  async forget({ token } = {}) {
    const asked = await askForRights(
      endpoint,
      '/v1/me/forget',
      { writeKey, token },
      (text) => JSON.parse(text) as Forgetting,
    )
    if (asked.ok) forgetDevice()
    return asked
  },
  undo: (id, { token } = {}) =>
    askForRights(
      endpoint,
      '/v1/me/forget/undo',
      { writeKey, token, id },
      (text) => JSON.parse(text) as { undone: true },
    ),
})
