import { setTimeout as wait } from 'node:timers/promises'
import { downloadLake } from '../../support/download-lake.ts'
import { keys } from '../../support/keys.ts'
import { queryLake } from '../../support/query-lake.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { sum } from '../statistics.ts'
import type { AskAdmin } from './saga-erasure.ts'

const kinds = ['events', 'changes', 'consents', 'quarantine', 'deliveries', 'profiles'] as const

export interface LakeFile {
  key: string
  rows: number
  etag: string
}

interface Page {
  files: { key: string; rows?: number; etag: string }[]
  next: string | null
}

const filesOf = async (ask: AskAdmin, kind: string): Promise<LakeFile[]> => {
  const files: LakeFile[] = []
  for (let after: string | null = ''; after !== null; ) {
    const page: Page = await ask(`lake/files?kind=${kind}&after=${encodeURIComponent(after)}`)
    files.push(...page.files.map(({ key, rows = 0, etag }) => ({ key, rows, etag })))
    after = page.next
  }
  return files
}

/** All files of the lake, of all kinds. */
export const lakeFiles = async (ask: AskAdmin): Promise<LakeFile[]> =>
  (await Promise.all(kinds.map((kind) => filesOf(ask, kind)))).flat()

/** Waits until the lake has as many rows of events, and joins its files from `since` on. */
export const joinLake = async (ask: AskAdmin, events: number, since: number): Promise<void> => {
  const rows = async (): Promise<number> => sum((await filesOf(ask, 'events')).map(({ rows }) => rows))
  for (const deadline = Date.now() + 120_000; (await rows()) < events; await wait(250))
    if (Date.now() > deadline) throw new Error(`of ${events} events the lake has ${await rows()}`)
  const hour = (at: number): string => new Date(at).toISOString().slice(0, 13)
  // An hour before the first may be that of a client's clock.
  const span = `from=${hour(since - 3_600_000)}&to=${hour(Date.now())}`
  for (let left = 1; left > 0; ) ({ left } = await ask<{ left: number }>(`lake/compact?${span}`, { method: 'POST' }))
}

/** Which files were stored again, or are gone, and how many rows those have that were. */
export const rewritten = (before: readonly LakeFile[], after: readonly LakeFile[]): { files: number; rows: number } => {
  const now = new Map(after.map((file) => [file.key, file]))
  const changed = before.filter(({ key, etag }) => now.get(key)?.etag !== etag)
  return { files: changed.length, rows: sum(changed.map(({ key }) => now.get(key)?.rows ?? 0)) }
}

export interface FoundInLake {
  /** rows in which one of the texts is, by kind */
  mentions: Record<string, number>
  /** under which profiles the events among them are filed */
  profileIds: string[]
  /** different events in all */
  events: number
}

/** Reads all of the lake as an analyst does. @param texts of letters and digits, each in no row of anybody who is not looked for */
export const searchLake = async (collector: string, ask: AskAdmin, texts: readonly string[]): Promise<FoundInLake> => {
  const folder = await makeTempFolder('saga-lake')
  const isMeant = `t WHERE regexp_matches(CAST(t AS VARCHAR), '${texts.join('|')}')`
  try {
    const mentions: Record<string, number> = {}
    for (const kind of kinds) {
      if ((await filesOf(ask, kind)).length === 0) continue
      await downloadLake(collector, keys.admin, kind, folder.path)
      const [row] = await queryLake(folder.path, 'count(*)', isMeant, kind)
      mentions[kind] = Number(row?.[0] ?? Number.NaN)
    }
    const profiles = await queryLake(folder.path, 'DISTINCT profile_id', `${isMeant} AND profile_id IS NOT NULL`)
    const [row] = await queryLake(folder.path, 'count(DISTINCT message_id)')
    return { mentions, profileIds: profiles.map(([id]) => String(id)), events: Number(row?.[0] ?? Number.NaN) }
  } finally {
    await folder.remove()
  }
}
