import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { RosterRecord, SweepPage, SweepReport } from '@spartito/engine'
import type { Env } from '../src/env.ts'
import type { RosterShard } from '../src/roster/roster-shard.ts'
import { fresh } from './setup.ts'

export type Shard = DurableObjectStub<RosterShard>

export const created = (profileId: string, version = 0): RosterRecord => ({
  kind: 'profile',
  profileId,
  visitor: profileId.toLowerCase(),
  version,
  emittedAt: Date.now(),
  isListed: true,
  order: 1,
})
export const entered = (audience: string, profileId: string, version = 0, order = 1): RosterRecord => ({
  kind: 'member',
  profileId,
  visitor: profileId.toLowerCase(),
  version,
  emittedAt: Date.now(),
  audience,
  isMember: true,
  order,
  since: 1,
})

/** A shard with these records, and the pages that it sends from now on; the pages of these tests hold three. */
export const shardWith = async (
  ...records: RosterRecord[]
): Promise<{ name: string; shard: Shard; pages: SweepPage[] }> => {
  const name = fresh('shard')
  const shard = (env as Env).ROSTER.getByName(name)
  await shard.apply(5, records)
  return { name, shard, pages: await pagesOf(shard) }
}
export const pagesOf = async (shard: Shard): Promise<SweepPage[]> => {
  const pages: SweepPage[] = []
  await runInDurableObject(shard, (instance) => {
    const its = instance as unknown as { env: Env }
    const send = async (body: string): Promise<void> => void pages.push(JSON.parse(body) as SweepPage)
    its.env = { ...its.env, SWEEP: { send } as unknown as Env['SWEEP'] }
  })
  return pages
}
export const reportOf = ({ page: number, until, visitors }: SweepPage, changed = 0): SweepReport => ({
  page: number,
  until,
  visited: visitors.length,
  changed,
  failed: 0,
})
export const visitorsOf = (pages: readonly SweepPage[]): string[][] => pages.map(({ visitors }) => visitors)

export const seven = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((id) => created(id))
