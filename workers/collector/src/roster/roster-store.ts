import type { RosterRecord } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'

/** An exit is remembered for a day, so that an older message about the same is known to be old. */
export const rememberMs = 24 * 3_600_000
/** Rows looked at with each batch to forget older exits; reading is nearly free. */
const forgetStep = 100

export interface Listed {
  profileId: string
  visitor: string
}

export interface Member extends Listed {
  since: EpochMs
}

/** One shard's tables: who exists, who is a member of what, and how many. All methods are synchronous. */
export interface RosterStore {
  /** false until the first record: an empty shard has no tables, and every question is answered at once */
  exists(): boolean
  create(): void
  /**
   * Takes records in any order and any number of times: the newest about a thing holds (SPEC AU6).
   *
   * @returns those that were news
   */
  apply(records: readonly RosterRecord[], now: EpochMs): RosterRecord[]
  /** by audience; the key `''` counts all profiles. Counted when first asked, then kept in memory: a stored one is a row a change. */
  sizes(): Record<string, number>
  /** the next members by profileId */
  members(audience: string, after: string, limit: number): Member[]
  /** the next profiles by profileId */
  profiles(after: string, limit: number): Listed[]
  isMemberOfAny(profileId: string, audiences: readonly string[]): boolean
  /** Forgets a profile, up to its newest change and notice: what is later is of somebody new. @returns how many rows went */
  erase(its: ErasedEntry): { profiles: number; memberships: number }
}

export interface ErasedEntry {
  profileId: string
  visitor: string
  seq: number
  listings: number
}

/** A type that `exec` takes: an interface has no index signature. */
type Row<T> = { [K in keyof T]: T[K] & SqlStorageValue }

export const openRosterStore = (sql: SqlStorage): RosterStore => {
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'profiles'").toArray().length > 0
  const first = <T>(query: string, ...values: SqlStorageValue[]): Row<T> | undefined =>
    sql.exec<Row<T>>(query, ...values).toArray()[0]

  /** Whether a change is one that a forgotten exit made void: it is old, and its profile has forgotten a younger one. */
  const isForgotten = ({ profileId, order, emittedAt }: RosterRecord, now: EpochMs): boolean => {
    if (emittedAt > now - rememberMs) return false
    const profile = first<{ forgotten: number }>('SELECT forgotten FROM profiles WHERE profile_id = ?', profileId)
    return profile !== undefined && order <= profile.forgotten
  }

  const applyProfile = (record: Extract<RosterRecord, { kind: 'profile' }>): number | undefined => {
    const { profileId, visitor, order, isListed } = record
    const known = first<{ listing: number; is_listed: number }>(
      'SELECT listing, is_listed FROM profiles WHERE profile_id = ?',
      profileId,
    )
    if (known && known.listing >= order) return undefined
    // An entry said so before; the next thing that can happen to the profile is its end, which is 2.
    if (known?.is_listed === 1 && order === 1) return undefined
    sql.exec(
      `INSERT INTO profiles (profile_id, visitor, listing, is_listed, forgotten) VALUES (?, ?, ?, ?, 0)
       ON CONFLICT (profile_id) DO UPDATE SET listing = excluded.listing, is_listed = excluded.is_listed`,
      profileId,
      visitor,
      order,
      Number(isListed),
    )
    return Number(isListed) - (known?.is_listed ?? 0)
  }

  /**
   * An entry may come before the events that tell of its profile, which wait for one another: it says as much. What is
   * known of the profile already is younger, whatever it is. @returns how many profiles more there are
   */
  const applyEntry = ({ profileId, visitor }: Listed): number =>
    sql
      .exec(
        `INSERT INTO profiles (profile_id, visitor, listing, is_listed, forgotten) VALUES (?, ?, 0, 1, 0)
       ON CONFLICT (profile_id) DO NOTHING RETURNING 1`,
        profileId,
        visitor,
      )
      .toArray().length

  const applyMember = (record: Extract<RosterRecord, { kind: 'member' }>, now: EpochMs): number | undefined => {
    const { audience, profileId, order, isMember, since } = record
    const known = first<{ seq: number; is_member: number }>(
      'SELECT seq, is_member FROM members WHERE audience = ? AND profile_id = ?',
      audience,
      profileId,
    )
    if (known ? known.seq >= order : isForgotten(record, now)) return undefined
    sql.exec(
      `INSERT INTO members (audience, profile_id, is_member, seq, since) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (audience, profile_id) DO UPDATE SET
         is_member = excluded.is_member, seq = excluded.seq, since = excluded.since`,
      audience,
      profileId,
      Number(isMember),
      order,
      // Of a member: since when. Of one that has left: when this was noted, so that it is remembered long enough.
      isMember ? since : now,
    )
    return Number(isMember) - (known?.is_member ?? 0)
  }

  // Where the walk that forgets has come to; after a restart it begins again.
  let [audienceAt, profileAt] = ['', '']

  const forgetExits = (now: EpochMs): void => {
    const rows = sql
      .exec<{ audience: string; profile_id: string; is_member: number; seq: number; since: number }>(
        `SELECT audience, profile_id, is_member, seq, since FROM members
         WHERE (audience, profile_id) > (?, ?) ORDER BY audience, profile_id LIMIT ?`,
        audienceAt,
        profileAt,
        forgetStep,
      )
      .toArray()
    for (const { audience, profile_id, is_member, seq, since } of rows) {
      if (is_member === 1 || since >= now - rememberMs) continue
      sql.exec('DELETE FROM members WHERE audience = ? AND profile_id = ?', audience, profile_id)
      sql.exec('UPDATE profiles SET forgotten = ? WHERE profile_id = ? AND forgotten < ?', seq, profile_id, seq)
    }
    const last = rows.length === forgetStep ? rows.at(-1)! : { audience: '', profile_id: '' }
    audienceAt = last.audience
    profileAt = last.profile_id
  }

  let counted: Map<string, number> | undefined

  const count = (): Map<string, number> => {
    const rows = sql.exec<{ audience: string; n: number }>(
      `SELECT '' AS audience, count(*) AS n FROM profiles WHERE is_listed = 1
       UNION ALL SELECT audience, count(*) AS n FROM members WHERE is_member = 1 GROUP BY audience`,
    )
    return new Map([...rows].map(({ audience, n }) => [audience, n]))
  }

  const grow = (audience: string, by: number): void => {
    counted?.set(audience, (counted.get(audience) ?? 0) + by)
  }

  return {
    exists: () => exists,

    create() {
      sql.exec(`CREATE TABLE profiles (profile_id TEXT PRIMARY KEY, visitor TEXT NOT NULL, listing INTEGER NOT NULL,
          is_listed INTEGER NOT NULL, forgotten INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE members (audience TEXT NOT NULL, profile_id TEXT NOT NULL, is_member INTEGER NOT NULL,
          seq INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (audience, profile_id)) WITHOUT ROWID`)
      exists = true
    },

    apply(records, now) {
      const news: RosterRecord[] = []
      for (const record of records) {
        const growth = record.kind === 'profile' ? applyProfile(record) : applyMember(record, now)
        if (growth === undefined) continue
        news.push(record)
        const audience = record.kind === 'profile' ? '' : record.audience
        grow(audience, growth)
        if (record.kind === 'member' && record.isMember) grow('', applyEntry(record))
      }
      forgetExits(now)
      return news
    },

    sizes() {
      if (!exists) return {}
      counted ??= count()
      return Object.fromEntries([...counted].filter(([, n]) => n > 0))
    },

    members(audience, after, limit) {
      if (!exists) return []
      return sql
        .exec<Row<Member>>(
          `SELECT members.profile_id AS profileId, visitor, since FROM members JOIN profiles USING (profile_id)
           WHERE audience = ? AND members.profile_id > ? AND is_member = 1 ORDER BY members.profile_id LIMIT ?`,
          audience,
          after,
          limit,
        )
        .toArray()
    },

    profiles(after, limit) {
      if (!exists) return []
      return sql
        .exec<Row<Listed>>(
          `SELECT profile_id AS profileId, visitor FROM profiles
           WHERE profile_id > ? AND is_listed = 1 ORDER BY profile_id LIMIT ?`,
          after,
          limit,
        )
        .toArray()
    },

    erase({ profileId, seq, listings }) {
      if (!exists) return { profiles: 0, memberships: 0 }
      const memberships = sql.exec('DELETE FROM members WHERE profile_id = ? AND seq <= ? RETURNING 1', profileId, seq)
      const counts = { memberships: memberships.toArray().length, profiles: 0 }
      const profiles = sql.exec(
        'DELETE FROM profiles WHERE profile_id = ? AND listing <= ? RETURNING 1',
        ...[profileId, listings],
      )
      counts.profiles = profiles.toArray().length
      counted = undefined
      return counts
    },

    isMemberOfAny: (profileId, audiences) =>
      audiences.some(
        (audience) =>
          first(
            'SELECT 1 FROM members WHERE audience = ? AND profile_id = ? AND is_member = 1',
            audience,
            profileId,
          ) !== undefined,
      ),
  }
}
