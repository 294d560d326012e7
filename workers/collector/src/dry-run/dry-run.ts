import { type Trial, tryRules } from '@spartito/pipeline'
import { compileWorkspace, rulesOf, type Source, type Workspace } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { transformPorts } from '../pipeline/rules.ts'
import { quarantineShard, quarantineShards } from '../quarantine/quarantine-shard.ts'
import { recentEvents } from '../sampling/sample.ts'
import { workspaceNow } from '../workspace/read-workspace.ts'

/** Events of one source that a workspace is tried on, at most. */
export const maxTried = 1_000
/** Of these, at most so many of each shard of the quarantine. */
const maxHeldOfShard = 20

/** What a workspace would make of the recent events of a source. */
export interface SourceTrial extends Trial {
  source: string
  /** how many of the events wait in the quarantine; the others are of the sample, for which the source has to ask */
  fromQuarantine: number
}

/** The newest of its sample, and some of what waits in the quarantine: each event once. */
const recentOf = async (env: Env, source: string, limit: number): Promise<{ json: string; isHeld: boolean }[]> => {
  const question = { filter: { source }, start: { row: 0, place: 0 }, limit: maxHeldOfShard }
  const [sampled, ...pages] = await Promise.all([
    recentEvents(env, source).read(limit),
    ...Array.from({ length: quarantineShards }, (_, shard) => quarantineShard(env, shard).find(question)),
  ])
  const held = pages.flatMap(({ found }) => found.map(({ entry }) => entry.json))
  const waiting = new Set(held)
  return [
    ...held.map((json) => ({ json, isHeld: true })),
    ...sampled.filter((json) => !waiting.has(json)).map((json) => ({ json, isHeld: false })),
  ].slice(0, limit)
}

/**
 * Tries a sound workspace on what its sources have sent of late (SPEC AD). Nothing is stored.
 *
 * @param source one alone; every source that is not switched off when left out
 * @returns undefined when it has no such source
 */
export const dryRun = async (
  env: Env,
  workspace: Workspace,
  { source: named, limit }: { source: string | undefined; limit: number },
): Promise<{ sources: SourceTrial[] } | undefined> => {
  const tried = compileWorkspace({ version: 0, workspace })
  const current = await workspaceNow(env)
  const asked = workspace.sources.filter(({ id, disabled }) => (named === undefined ? !disabled : id === named))
  if (named !== undefined && asked.length === 0) return undefined
  const trialOf = async (source: Source): Promise<SourceTrial> => {
    const recent = await recentOf(env, source.id, limit)
    const known = current.sourcesById.get(source.id)
    const trial = tryRules(
      recent.map(({ json }) => json),
      rulesOf(tried, source),
      known && rulesOf(current, known),
      transformPorts,
    )
    return { source: source.id, fromQuarantine: recent.filter(({ isHeld }) => isHeld).length, ...trial }
  }
  const sources: SourceTrial[] = []
  // One after the other: each may bring megabytes.
  for (const source of asked) sources.push(await trialOf(source))
  return { sources }
}
