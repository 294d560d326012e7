import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import type { ProfileView, VisitorState } from '@spartito/engine'
import type { Answer, AudienceChange } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import type { Env } from '../src/env.ts'
import { linesOf, storedLines } from '../src/visitor/block-text.ts'
import { objectName } from '../src/visitor/object-name.ts'
import { type Outgoing, outboxKey, type Pending } from '../src/visitor/outbox.ts'
import { openStateEntry } from '../src/visitor/state-entry.ts'

declare global {
  namespace Cloudflare {
    interface Env extends CollectorEnv {}
    interface GlobalProps {
      mainModule: typeof import('../src/index.ts')
    }
  }
}
type CollectorEnv = Env

export const writeKey = 'wk_test_1'
export const serverKey = 'sk_test_1'

export const workspace = (more: Partial<Workspace> = {}): Workspace => ({
  sources: [
    { id: 'web', kind: 'browser', writeKey, consent: { policy: 'opt-out' } },
    { id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } },
  ],
  purposes: ['analytics'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: [
    { id: 'engaged', expose: true, when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT30M' } },
    { id: 'pro', expose: true, when: { trait: 'plan', eq: 'pro' } },
    { id: 'hidden', when: { event: 'Product Viewed' } },
  ],
  ...more,
})

const send = (path: string, init: RequestInit): Promise<Response> =>
  exports.default.fetch(new Request(`https://collector.example${path}`, init))

export const administer = (path: string, init: RequestInit = {}): Promise<Response> =>
  send(path, { ...init, headers: { authorization: 'Bearer admin', ...init.headers } })

export const publish = async (document: Workspace): Promise<number> => {
  const response = await administer('/admin/workspace', { method: 'PUT', body: JSON.stringify(document) })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { version: number }).version
}

export const post = (batch: unknown[], key = writeKey, headers: Record<string, string> = {}): Promise<Response> =>
  send('/v1/batch', { method: 'POST', headers, body: JSON.stringify({ writeKey: key, batch }) })

export const collect = async (batch: unknown[], key = writeKey): Promise<Answer> => {
  const response = await post(batch, key)
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return response.json()
}

let made = 0
/** A name that no other test uses: objects of one file share their storage. */
export const fresh = (prefix: string): string => `${prefix}-${++made}`

export const track = (who: object, event = 'Product Viewed', more: object = {}) => ({
  type: 'track',
  event,
  messageId: fresh('m'),
  ...who,
  ...more,
})
export const page = (who: object) => ({ type: 'page', messageId: fresh('m'), ...who })
export const identify = (who: object, traits: object = {}) => ({
  type: 'identify',
  messageId: fresh('m'),
  ...who,
  traits,
})

export const profileOf = async (type: string, value: string): Promise<ProfileView | undefined> => {
  const response = await administer(`/admin/profiles/${type}/${encodeURIComponent(value)}`)
  return response.status === 404 ? undefined : ((await response.json()) as ProfileView)
}

export const stubOf = (type: string, value: string) => (env as Env).VISITOR.getByName(objectName({ type, value }))

/** A block of a ledger, with its lines as they were. */
export interface LinesBlock {
  id: number
  hashes: string
  lines: string
}

/** The blocks of a ledger that are stored. */
export const blocksIn = (storage: DurableObjectStorage): LinesBlock[] => {
  const hasTable = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").toArray().length > 0
  const rows = hasTable ? storage.sql.exec('SELECT id, hashes, lines FROM ledger').toArray() : []
  const { open } = openStateEntry(storage).read()!
  const own = open ? [{ id: open.id, hashes: open.hashes, lines: linesOf(open.text) }] : []
  const full = (rows as unknown as LinesBlock[]).map((row) => ({ ...row, lines: storedLines(row.lines) }))
  return [...full, ...own].sort((a, b) => a.id - b.id)
}

/** What waits in an object's entry, in the order of its keys. */
export const waitingIn = (storage: DurableObjectStorage): (Pending & { entry: Outgoing })[] => {
  const { outbox } = openStateEntry(storage).read()!
  const waiting = JSON.parse(outbox ?? '[]') as (Pending & { entry: Outgoing })[]
  return waiting.sort((a, b) => outboxKey(a.entry) - outboxKey(b.entry))
}

/** Stores another state, as other code would have stored it, or another text. */
export const storeState = (storage: DurableObjectStorage, change: (state: VisitorState) => object | string): void => {
  const entry = openStateEntry(storage)
  const stored = entry.read()!
  const changed = change(JSON.parse(stored.body) as VisitorState)
  entry.write({ ...stored, body: typeof changed === 'string' ? changed : JSON.stringify(changed) })
}

/** What an object has stored. */
export const storedOf = (type: string, value: string): Promise<{ state: VisitorState; outbox: AudienceChange[] }> =>
  runInDurableObject(stubOf(type, value), (_instance, { storage }) => ({
    state: JSON.parse(openStateEntry(storage).read()!.body) as VisitorState,
    outbox: waitingIn(storage).flatMap(({ entry }) => ('seq' in entry ? [entry] : [])),
  }))

export const wake = (type: string, value: string): Promise<boolean> => runDurableObjectAlarm(stubOf(type, value))

export const summary = (changes: readonly AudienceChange[]): string[] =>
  changes.map(({ type, audience, cause }) => `${type.slice('audience.'.length)} ${audience} by ${cause}`)

/** Counts the rows that an object writes from now on; alarms, a row each, are not among them. */
export const countWrites = async <T extends Rpc.DurableObjectBranded>(
  stub: DurableObjectStub<T>,
): Promise<() => number> => {
  let writes = 0
  await runInDurableObject(stub, (_instance, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql)
    Object.defineProperty(storage.sql, 'exec', {
      configurable: true,
      value: (...args: Parameters<typeof exec>) => {
        const cursor = exec(...args)
        writes += cursor.rowsWritten
        return cursor
      },
    })
    const put = storage.kv.put.bind(storage.kv)
    Object.defineProperty(storage.kv, 'put', {
      configurable: true,
      value: (...args: Parameters<typeof put>) => {
        writes++
        return put(...args)
      },
    })
  })
  return () => writes
}
