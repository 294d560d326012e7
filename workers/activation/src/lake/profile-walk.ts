import { DurableObject } from 'cloudflare:workers'
import { type ProfileView, rosterShards } from '@spartito/engine'
import { type PagePlace, profileRow, profilesFile, type Row } from '@spartito/lake'
import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { rosterStub, visitorStub } from '../object-stubs.ts'

/** Of an instant, UTC: `2026-01-31`. */
export const dayOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10)

/** Where the walk of a day has come to. */
interface WalkState extends PagePlace {
  day: string
  /** rows that are stored */
  profiles: number
  /** those whose objects could not be reached: the day has no row of them */
  failed: number
  isDone: boolean
}

export type WalkProgress = Pick<WalkState, 'day' | 'profiles' | 'failed' | 'isDone'>

/** Objects asked side by side, and how often each. */
const [concurrency, tries] = [10, 3]
const tryAgainMs = 30_000

/** UTF-16 units of what a page's profiles say, after which it ends early: a page is in memory as a whole. */
const pageSize = 8_000_000
const askedAtATime = 50

interface Listed {
  shard: number
  profileId: string
  visitor: string
}

/**
 * Walks through the roster once a day, and writes a row a profile (SPEC LA1): a page is a file, then where the next one begins is kept, so
 * that a walk that was cut off goes on, and a page that is taken again overwrites.
 */
export class ProfileWalk extends DurableObject<Env> {
  readonly #kv = this.ctx.storage.kv

  /** Begins the walk of a day, unless it has begun. @param isAgain from the beginning, whatever was done */
  async begin(day: string, isAgain = false): Promise<WalkProgress> {
    const known = this.#state()
    if (known && known.day >= day && !isAgain) return this.#shown(known)
    const begun: WalkState = { day, shard: 0, after: '', profiles: 0, failed: 0, isDone: false }
    this.#kv.put('walk', begun)
    await this.ctx.storage.setAlarm(Date.now())
    return this.#shown(begun)
  }

  progress(): WalkProgress | null {
    const state = this.#state()
    return state ? this.#shown(state) : null
  }

  override async alarm(): Promise<void> {
    const state = this.#state()
    if (!state || state.isDone) return
    try {
      const next = await this.#takePage(state)
      // Begun again meanwhile: what that says holds.
      if (JSON.stringify(this.#state()) !== JSON.stringify(state)) return
      this.#kv.put('walk', next)
      if (!next.isDone) await this.ctx.storage.setAlarm(Date.now() + Number(this.env.PROFILES_DELAY_MS))
    } catch (error) {
      // An alarm that throws is tried a few times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'lake.profiles', error: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + tryAgainMs)
    }
  }

  #state(): WalkState | undefined {
    return this.#kv.get<WalkState>('walk')
  }

  #shown({ day, profiles, failed, isDone }: WalkState): WalkProgress {
    return { day, profiles, failed, isDone }
  }

  async #takePage(state: WalkState): Promise<WalkState> {
    const { listed, next: whole } = await this.#list(state)
    const day = Date.parse(state.day)
    const rows: Row[] = []
    let [failed, size, next] = [0, 0, whole]
    for (let at = 0; at < listed.length; at += askedAtATime) {
      if (size > pageSize) {
        const { shard, profileId } = listed[at - 1]!
        next = { shard, after: profileId }
        break
      }
      const asked = await this.#visit(listed.slice(at, at + askedAtATime), day)
      rows.push(...asked.rows)
      failed += asked.failed
      size += asked.size
    }
    if (rows.length > 0) {
      const { key, body, metadata } = profilesFile(state.day, state, rows)
      await this.env.LAKE.put(key, body, { customMetadata: metadata })
    }
    const sums = { profiles: state.profiles + rows.length, failed: state.failed + failed }
    return { ...state, ...sums, ...next, isDone: next === undefined }
  }

  /** The next profiles, over as many shards as it takes to fill a page. */
  async #list({ shard, after }: PagePlace): Promise<{ listed: Listed[]; next: PagePlace | undefined }> {
    const shards = Number(this.env.ROSTER_SHARDS) || rosterShards
    const limit = Number(this.env.PROFILES_PAGE)
    const listed: Listed[] = []
    for (let [of, from] = [shard, after]; of < shards; of++, from = '') {
      const its = await rosterStub(this.env, of).profiles(from, limit - listed.length)
      listed.push(...its.map((one) => ({ ...one, shard: of })))
      if (listed.length >= limit) return { listed, next: { shard: of, after: its.at(-1)?.profileId ?? from } }
    }
    return { listed, next: undefined }
  }

  async #visit(listed: readonly Listed[], day: EpochMs): Promise<{ rows: Row[]; failed: number; size: number }> {
    const rows: Row[] = []
    let [failed, size] = [0, 0]
    const waiting = listed.values()
    const follow = async (): Promise<void> => {
      for (const { profileId, visitor } of waiting) {
        const said = await this.#ask(visitor)
        if (said === undefined) failed++
        size += said?.length ?? 0
        const profile = said ? (JSON.parse(said) as ProfileView) : undefined
        // Who has moved since is listed under another name.
        if (profile?.profileId === profileId) rows.push(profileRow(profile, day))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, follow))
    return { rows: rows.sort((a, b) => (String(a.profile_id) < String(b.profile_id) ? -1 : 1)), failed, size }
  }

  /** @returns null when there is no profile, undefined when the object could not be reached */
  async #ask(visitor: string): Promise<string | null | undefined> {
    for (let attempt = 1; attempt <= tries; attempt++)
      try {
        return await visitorStub(this.env, visitor).view({ kind: 'profile' })
      } catch (error) {
        console.error(JSON.stringify({ at: 'lake.profile', attempt, error: String(error) }))
      }
    return undefined
  }
}
