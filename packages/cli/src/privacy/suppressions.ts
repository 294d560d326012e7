import { askAdministration } from '../collector/administration.ts'
import { textTable } from '../terminal/text-table.ts'
import type { AdminFlags } from './admin-flags.ts'

interface Shown {
  hash: string
  mode: string
  at: number
  erasureId: string
}

const heads = ['hash', 'mode', 'refused until', 'erasure'].map((name) => ({ name }))

const readAll = async (query: Record<string, string>, { collector, tokenEnv }: AdminFlags): Promise<Shown[]> => {
  const administration = askAdministration(collector, tokenEnv, 'read')
  const all: Shown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const asked = new URLSearchParams({ ...query, ...(cursor && { cursor }) })
    const response = await administration(`/admin/suppressions?${asked}`)
    const page = (await response.json()) as { suppressions: Shown[]; next: string | null }
    all.push(...page.suppressions)
    cursor = page.next
  }
  return all
}

/** Lists who is suppressed, by keyed hashes; of one identifier when it is named. */
export const listSuppressions = async (
  type: string | undefined,
  value: string | undefined,
  flags: AdminFlags,
): Promise<void> => {
  if ((type === undefined) !== (value === undefined)) throw new Error('name a type and a value, or neither')
  const all = await readAll(type === undefined ? {} : { type, value: value! }, flags)
  if (all.length === 0) return console.log('nobody is suppressed')
  const rows = all.map(({ hash, mode, at, erasureId }) => [hash, mode, new Date(at).toISOString(), erasureId])
  console.log(textTable(heads, rows, Number.POSITIVE_INFINITY))
}

/** Lets new data of somebody in again. @throws Error when nobody has this hash */
export const liftSuppression = async (hash: string, { collector, tokenEnv }: AdminFlags): Promise<void> => {
  const administration = askAdministration(collector, tokenEnv, 'write')
  const path = `/admin/suppressions/${encodeURIComponent(hash)}`
  const { ok } = await administration(path, { method: 'DELETE' }, { understands: [404] })
  if (!ok) throw new Error(`nobody is suppressed under ${hash}: spartito privacy suppressions lists the hashes`)
  console.log(`${hash}: lifted; what was collected before stays refused`)
}
