import { setTimeout as wait } from 'node:timers/promises'
import type { Administration } from '../../support/administration.ts'
import type { Answers } from './edge.ts'

/** The real collector behind an edge, and what it has stored of the visitors that came that way. */
export interface Collected {
  answers: Answers
  /** how often each event whose name starts so is stored, over all profiles of the visitors */
  stored(prefix: string): Promise<Map<string, number>>
}

/** Stands between the tag and the collector: passes requests on, and remembers whose events they brought. */
export const collectThrough = (collector: string, admin: Administration): Collected => {
  const anonymousIds = new Set<string>()

  const answers: Answers = async ({ method, path, origin, body }) => {
    for (const [, id] of body.toString('utf8').matchAll(/"anonymousId":"([^"]+)"/g)) anonymousIds.add(id!)
    const response = await fetch(`${collector}${path}`, {
      method,
      headers: { 'content-type': 'text/plain', ...(origin && { origin }) },
      ...(method === 'POST' && { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const headers = { 'content-type': response.headers.get('content-type') ?? 'text/plain' }
    return { status: response.status, headers, body: await response.text() }
  }

  const stored = async (prefix: string): Promise<Map<string, number>> => {
    const counts = new Map<string, number>()
    const hosts = new Set<string>()
    for (const value of anonymousIds) {
      const profile = await admin.profile({ type: 'anonymous_id', value })
      // two ids of one visitor may be one profile: it counts once
      if (!profile || hosts.has(profile.profileId)) continue
      hosts.add(profile.profileId)
      for (const [name, { count }] of Object.entries(profile.events))
        if (name.startsWith(prefix)) counts.set(name, (counts.get(name) ?? 0) + count)
    }
    return counts
  }

  return { answers, stored }
}

const pollMs = 100

/** Waits until a claim holds, or no longer. @returns whether it holds */
export const holdsWithin = async (withinMs: number, claim: () => Promise<boolean> | boolean): Promise<boolean> => {
  for (const deadline = Date.now() + withinMs; ; await wait(pollMs)) {
    if (await claim()) return true
    if (Date.now() >= deadline) return false
  }
}
