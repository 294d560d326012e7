import type { Claimant, Counters } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import { seal, unseal } from './privacy-secret.ts'
import { type Counts, type Erasure, type ErasureStep, erasureSteps, type Suppression } from './rpc.ts'

/** An erasure as it is kept: nothing in it names anybody. */
export interface KeptErasure extends Omit<Erasure, 'steps'> {
  /** a keyed hash of whom it is about and how, by which the same ask is known */
  subject: string
  /** everything that was collected up to then goes; null until the objects are closed */
  until: EpochMs | null
  steps: Partial<Record<ErasureStep, { doneAt: EpochMs | null; attempts: number; counts: Counts }>>
  /** when the suppression was published */
  publishedAt: EpochMs | null
  /** when the step under way is tried again */
  retryAt: EpochMs
  destinations: { destination: string; type: string; deletion: string }[]
}

/** Whom an erasure has found, sealed while it runs. */
export interface Person {
  objects: { self: Claimant; profileId: string; visitor: string; counters: Counters; events: number }[]
  /** objects of others that may name the person */
  others: Claimant[]
}

export interface KeptSuppression extends Suppression {
  /** the id of the identifier's object, which names nobody; null for a profile, which has none of its own */
  object: string | null
  /** the same under the key that consumers of queues know */
  inFlight: string
}

const chunkSize = 1_000_000
const pageSize = 100

type Row = Record<string, SqlStorageValue>

export const shownErasure = ({
  subject: _s,
  until: _u,
  publishedAt: _p,
  retryAt: _r,
  destinations: _d,
  steps,
  ...its
}: KeptErasure): Erasure => ({
  ...its,
  steps: erasureSteps.map((step) => ({ step, ...(steps[step] ?? { doneAt: null, attempts: 0, counts: {} }) })),
})

/** What the one object of erasures keeps: a row each, whom it is about sealed beside it while it runs, and the suppressions. */
export const openErasureStore = (storage: DurableObjectStorage) => {
  const { sql } = storage
  sql.exec(`CREATE TABLE IF NOT EXISTS erasures (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
      body TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sealed (erasure TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (erasure, what, n)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS suppressions (hash TEXT NOT NULL, erasure TEXT NOT NULL, mode TEXT NOT NULL, at INTEGER NOT NULL,
      object TEXT, in_flight TEXT NOT NULL, PRIMARY KEY (hash, erasure)) WITHOUT ROWID`)

  const read = (rows: Iterable<Row>): KeptErasure[] =>
    [...rows].map(({ body }) => JSON.parse(body as string) as KeptErasure)

  const readText = (erasure: string, what: string): string =>
    [...sql.exec('SELECT body FROM sealed WHERE erasure = ? AND what = ? ORDER BY n', erasure, what)]
      .map(({ body }) => body as string)
      .join('')

  const keepText = (erasure: string, what: string, text: string): void => {
    sql.exec('DELETE FROM sealed WHERE erasure = ? AND what = ?', erasure, what)
    for (let n = 0; n * chunkSize < text.length; n++)
      sql.exec(
        'INSERT INTO sealed VALUES (?, ?, ?, ?)',
        erasure,
        what,
        n,
        text.slice(n * chunkSize, (n + 1) * chunkSize),
      )
  }

  const suppressionOf = ({ hash, erasure, mode, at, object, in_flight }: Row): KeptSuppression => ({
    hash: hash as string,
    mode: mode as KeptSuppression['mode'],
    at: at as number,
    erasureId: erasure as string,
    object: object as string | null,
    inFlight: in_flight as string,
  })

  return {
    add(erasure: KeptErasure, secret: string, asked: readonly Claimant[]): void {
      storage.transactionSync(() => {
        sql.exec(
          'INSERT INTO erasures (id, state, body) VALUES (?, ?, ?)',
          ...[erasure.id, erasure.state, JSON.stringify(erasure)],
        )
        keepText(erasure.id, 'asked', seal(secret, JSON.stringify(asked)))
      })
    },

    keep(erasure: KeptErasure): void {
      const values = [erasure.state, JSON.stringify(erasure), erasure.id]
      sql.exec('UPDATE erasures SET state = ?, body = ? WHERE id = ?', ...values)
    },

    read: (id: string): KeptErasure | undefined => read(sql.exec('SELECT body FROM erasures WHERE id = ?', id))[0],

    /** those that wait or run, the oldest first */
    active: (): KeptErasure[] =>
      read(sql.exec("SELECT body FROM erasures WHERE state IN ('waiting', 'running') ORDER BY n")),

    /** The newest first. @param cursor the `next` of the page before */
    page(cursor: string | null): { erasures: KeptErasure[]; next: string | null } {
      const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(cursor)
      const rows = sql
        .exec('SELECT n, body FROM erasures WHERE n < ? ORDER BY n DESC LIMIT ?', before, pageSize + 1)
        .toArray()
      const shown = rows.slice(0, pageSize)
      return { erasures: read(shown), next: rows.length > pageSize ? String(shown.at(-1)!.n) : null }
    },

    asked: (id: string, secret: string): Claimant[] => JSON.parse(unseal(secret, readText(id, 'asked'))) as Claimant[],

    /** undefined until it was found */
    person(id: string, secret: string): Person | undefined {
      const text = readText(id, 'person')
      return text === '' ? undefined : (JSON.parse(unseal(secret, text)) as Person)
    },

    keepPerson: (id: string, secret: string, person: Person): void =>
      keepText(id, 'person', seal(secret, JSON.stringify(person))),

    /** keyed hashes of the messageIds that the person's objects had */
    collected: (id: string): string => readText(id, 'collected'),
    keepCollected: (id: string, hashes: string): void => keepText(id, 'collected', hashes),

    /** Whom it was about is known no more. */
    forgetPerson(id: string): void {
      sql.exec('DELETE FROM sealed WHERE erasure = ?', id)
    },

    suppress(all: readonly KeptSuppression[]): void {
      for (const { hash, erasureId, mode, at, object, inFlight } of all)
        sql.exec(
          'INSERT OR REPLACE INTO suppressions VALUES (?, ?, ?, ?, ?, ?)',
          ...[hash, erasureId, mode, at, object, inFlight],
        )
    },

    /** those that consumers of queues have to know of */
    suppressedSince: (since: EpochMs): KeptSuppression[] =>
      [...sql.exec("SELECT * FROM suppressions WHERE at > ? OR mode = 'suppress'", since)].map(suppressionOf),

    /** identifiers, by their hashes; what comes before the newest erasure of one is not told */
    suppressions(cursor: string | null): { suppressions: KeptSuppression[]; next: string | null } {
      const rows = sql
        .exec(
          'SELECT * FROM suppressions WHERE object IS NOT NULL AND hash > ? ORDER BY hash, at DESC LIMIT ?',
          ...[cursor ?? '', pageSize + 1],
        )
        .toArray()
      const found = [...Map.groupBy(rows.slice(0, pageSize), ({ hash }) => hash).values()].map(([row]) => row!)
      return {
        suppressions: found.map(suppressionOf),
        next: rows.length > pageSize ? (found.at(-1)!.hash as string) : null,
      }
    },

    ofHash: (hash: string): KeptSuppression[] =>
      [...sql.exec('SELECT * FROM suppressions WHERE hash = ? AND object IS NOT NULL', hash)].map(suppressionOf),

    ofErasure: (id: string): KeptSuppression[] =>
      [...sql.exec('SELECT * FROM suppressions WHERE erasure = ?', id)].map(suppressionOf),

    lift(id: string, at: EpochMs): void {
      sql.exec("UPDATE suppressions SET mode = 'erase', at = ? WHERE erasure = ? AND mode = 'suppress'", at, id)
    },

    transaction: <T>(work: () => T): T => storage.transactionSync(work),
  }
}

export type ErasureStore = ReturnType<typeof openErasureStore>
