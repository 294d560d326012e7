import { createHmac, randomBytes } from 'node:crypto'

const dayMs = 86_400_000
const keptMs = 400 * dayMs
const maxRecords = 100_000

/** Who is about to write what, before it is done. */
export interface AuditIntent {
  /** epoch ms */
  at: number
  scope: 'read' | 'write'
  /** SHA-256 of the token, in hex */
  tokenHash: string
  method: string
  /** the pattern, as `/admin/profiles/:type/:value`: a path can name somebody */
  route: string
}

/** An identifier that a write is about, by the id of the profile that its object can host: values are personal data. */
export interface AuditSubject {
  type: string
  profileId: string
}

/** How a write was answered. */
export interface AuditOutcome {
  /** the answer's HTTP status */
  status: number
  /** what the answer says of it: a refusal's `code`, a version */
  outcome: Record<string, unknown>
}

/** A write of an administrator, as `GET /admin/audit` shows it (SPEC AD). */
export interface AuditRecord {
  id: number
  at: number
  token: { scope: string; fingerprint: string }
  method: string
  route: string
  subjects: AuditSubject[]
  /** null while it is under way, and for ever when the collector stopped before its answer: look whether it was done */
  status: number | null
  outcome: Record<string, unknown>
}

export interface AuditLog {
  /** Keeps that a write is about to be done; it gets the id under which the rest is told. */
  begin(intent: AuditIntent): number
  /** Adds an identifier that it is about. */
  concerns(id: number, subject: AuditSubject): void
  /** Keeps how it ended. */
  end(id: number, answered: AuditOutcome): void
  /** The newest of at most 400 days, or those before an id; `next` is the `before` of the following page, null after the last. */
  page(before: number | undefined, limit: number, now: number): { records: AuditRecord[]; next: number | null }
}

/**
 * What administrators have written: a row is there before the write and gets its outcome after it, so that no write is
 * without one. Rows are kept for 400 days, and the newest 100,000 of them.
 *
 * A token is known by 12 hex digits that are keyed with bytes which never leave this table: from what a reader of the
 * records sees, a token that is short cannot be guessed.
 */
export const openAuditLog = (sql: SqlStorage): AuditLog => {
  sql.exec(`CREATE TABLE IF NOT EXISTS audit (
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, scope TEXT NOT NULL, fingerprint TEXT NOT NULL, method TEXT NOT NULL,
      route TEXT NOT NULL, subjects TEXT NOT NULL, status INTEGER, outcome TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS audit_key (key TEXT NOT NULL)`)

  const key = (): string => {
    const kept = sql.exec<{ key: string }>('SELECT key FROM audit_key').toArray()[0]?.key
    if (kept !== undefined) return kept
    const made = randomBytes(32).toString('hex')
    sql.exec('INSERT INTO audit_key (key) VALUES (?)', made)
    return made
  }

  return {
    begin({ at, scope, tokenHash, method, route }) {
      const fingerprint = createHmac('sha256', key()).update(tokenHash).digest('hex').slice(0, 12)
      const { id } = sql
        .exec<{ id: number }>(
          `INSERT INTO audit (at, scope, fingerprint, method, route, subjects, outcome)
            VALUES (?, ?, ?, ?, ?, '[]', '{}') RETURNING id`,
          ...[at, scope, fingerprint, method, route],
        )
        .one()
      const oldest = sql
        .exec<{ id: number }>('SELECT id FROM audit WHERE at >= ? ORDER BY id LIMIT 1', at - keptMs)
        .one().id
      sql.exec('DELETE FROM audit WHERE id < ?', Math.max(oldest, id - maxRecords + 1))
      return id
    },
    concerns(id, subject) {
      sql.exec(
        `UPDATE audit SET subjects = json_insert(subjects, '$[#]', json(?)) WHERE id = ?`,
        JSON.stringify(subject),
        id,
      )
    },
    end(id, { status, outcome }) {
      sql.exec('UPDATE audit SET status = ?, outcome = ? WHERE id = ?', status, JSON.stringify(outcome), id)
    },
    page(before, limit, now) {
      const rows = sql
        .exec<{
          id: number
          at: number
          scope: string
          fingerprint: string
          method: string
          route: string
          subjects: string
          status: number | null
          outcome: string
        }>(
          'SELECT * FROM audit WHERE id < ? AND at >= ? ORDER BY id DESC LIMIT ?',
          ...[before ?? Number.MAX_SAFE_INTEGER, now - keptMs, limit + 1],
        )
        .toArray()
      const records = rows.slice(0, limit).map(({ scope, fingerprint, subjects, outcome, ...row }) => ({
        ...row,
        token: { scope, fingerprint },
        subjects: JSON.parse(subjects) as AuditSubject[],
        outcome: JSON.parse(outcome) as Record<string, unknown>,
      }))
      return { records, next: rows.length > limit ? records.at(-1)!.id : null }
    },
  }
}
