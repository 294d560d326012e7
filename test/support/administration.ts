import type { Graph } from '@spartito/engine'
import type { Counts, Event, Identifier } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'

/** What `GET /admin/profiles/…` says, as far as the harnesses read it (SPEC AD). */
export interface ProfileAnswer {
  profileId: string
  host: Identifier
  identifiers: Identifier[]
  traits: Record<string, { value: unknown }>
  events: Record<string, { count: number; first: number; last: number }>
  recent: Event[]
  audiences: { id: string; since: number; version: number; next: number | null }[]
}

export interface StatsAnswer {
  sources: (Counts & { id: string; hour: string; received: number })[]
  profiles: { hour: string; expired: number }[]
}

interface SkippedPage {
  deliveries: { id: string; reason: string | null }[]
  next: string | null
}

export interface Administration {
  publish(workspace: Workspace): Promise<number>
  profile(identifier: Identifier): Promise<ProfileAnswer | undefined>
  /** who is joined to whom in the profile of an identifier */
  graph(identifier: Identifier): Promise<Graph | undefined>
  stats(): Promise<StatsAnswer>
  /** ids of changes that were not sent, since a newer one of their audience had been delivered (SPEC DE2) */
  superseded(): Promise<string[]>
}

/** The administration's routes with a token of the scope `write`. */
export const administration = (collector: string, token: string): Administration => {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(30_000)
    const response = await fetch(`${collector}/admin/${path}`, { ...init, headers, signal })
    if (!response.ok && response.status !== 404)
      throw new Error(`/admin/${path} answered ${response.status}: ${await response.text()}`)
    return response
  }
  const find = async <T>(path: string): Promise<T | undefined> => {
    const response = await ask(path)
    if (response.status !== 404) return (await response.json()) as T
    await response.body?.cancel()
    return undefined
  }
  const pathOf = ({ type, value }: Identifier): string => `profiles/${type}/${encodeURIComponent(value)}`
  return {
    async publish(workspace) {
      const response = await ask('workspace', { method: 'PUT', body: JSON.stringify(workspace) })
      return ((await response.json()) as { version: number }).version
    },
    profile: (identifier) => find(pathOf(identifier)),
    graph: (identifier) => find(`${pathOf(identifier)}/graph`),
    async superseded() {
      const ids: string[] = []
      let after = ''
      do {
        const page = (await (await ask(`deliveries?state=skipped&limit=500${after}`)).json()) as SkippedPage
        ids.push(...page.deliveries.filter(({ reason }) => reason?.includes('newer change')).map(({ id }) => id))
        after = page.next === null ? '' : `&after=${encodeURIComponent(page.next)}`
      } while (after !== '')
      return ids
    },
    stats: async () => (await ask('stats')).json() as Promise<StatsAnswer>,
  }
}
