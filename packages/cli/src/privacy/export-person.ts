import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ExportDocument, exportHtml } from '@spartito/privacy'
import { askAdministration } from '../collector/administration.ts'
import { type KindName, kindNames } from '../lake/kinds.ts'
import { type LakeFlags, openLake } from '../lake/open-lake.ts'
import { ask } from '../query/column.ts'

export interface ExportFlags extends Omit<LakeFlags, 'lake'> {
  out: string
  /** false: the lake is not read, and the export says how its rows are found */
  lake?: string | false
}

type Rows = NonNullable<ExportDocument['lake']['rows']>

const isKind = (kind: string): kind is KindName => (kindNames as readonly string[]).includes(kind)

/** The rows of the lake, by the questions that the export itself brings. */
const readLake = async (queries: Record<string, string>, flags: LakeFlags): Promise<Rows> => {
  const kinds = Object.keys(queries).filter(isKind)
  const connection = await openLake(flags, { kinds })
  const rows: Rows = {}
  for (const kind of kinds) {
    const { columns, rows: found } = await ask(connection, queries[kind]!)
    rows[kind] = found.map((row) =>
      Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
    ) as Rows[string]
  }
  return rows
}

/**
 * Writes what is kept of a person into a folder, as JSON and as a page, for its owner alone to read (SPEC CO8).
 *
 * @throws Error that says what to do
 */
export const exportPerson = async (type: string, value: string, flags: ExportFlags): Promise<void> => {
  const { collector, tokenEnv, out, lake, ...more } = flags
  const administration = askAdministration(collector, tokenEnv, 'read')
  const response = await administration(`/admin/export?${new URLSearchParams({ type, value })}`)
  const document = (await response.json()) as ExportDocument
  if (!document.isComplete) throw new Error('the profile was merged with another one while it was read: ask again')
  if (lake !== false) {
    const place = { collector, tokenEnv, ...more, ...(lake !== undefined && { lake }) }
    document.lake.rows = await readLake(document.lake.queries, place)
  }
  await mkdir(out, { recursive: true, mode: 0o700 })
  const ofOwner = { mode: 0o600 }
  await writeFile(join(out, 'export.json'), `${JSON.stringify(document, null, 2)}\n`, ofOwner)
  await writeFile(join(out, 'export.html'), exportHtml(document), ofOwner)
  const { identifiers, traits, audiences } = document.person
  const ofLake = Object.entries(document.lake.rows ?? {}).map(([kind, rows]) => `${rows.length} of ${kind}`)
  console.log(
    `${join(out, 'export.json')} and export.html: ${identifiers.length} identifiers, ${traits.length} traits, ${audiences.length} audiences, ${document.events.length} events, ${document.deliveries.length} deliveries${
      ofLake.length > 0 ? `; of the lake ${ofLake.join(', ')}` : ''
    }`,
  )
}
