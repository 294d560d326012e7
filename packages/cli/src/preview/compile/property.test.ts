import type { AudienceDefinition } from '@spartito/engine'
import {
  type Audience,
  consentOf,
  createRandom,
  type History,
  inOrderOfDependence,
  type Kind,
  makeProfile,
  membershipsAt,
  randomScenario,
  record,
  units,
} from '@spartito/testkit'
import { expect, test } from 'vitest'
import { openLake } from '../../lake/open-lake.ts'
import { ask } from '../../query/column.ts'
import { type LakeRow, makeFolder, parquet, putFile } from '../../testing/lake-folder.ts'
import { compileAudience } from './compile-condition.ts'
import { judgedSql } from './preview-sql.ts'

/** So many draws of histories and conditions; each condition is asked of every history of its draw, at several instants. */
const draws = Number(process.env.PREVIEW_DRAWS ?? 6)
const firstSeed = Number(process.env.PREVIEW_SEED ?? 1)

const kinds: readonly Kind[] = [
  ...['count', 'count', 'agg', 'agg', 'recency', 'notPerformed', 'days', 'trait', 'seen', 'touch'],
  ...['consent', 'audience', 'all', 'any', 'not'],
] as Kind[]

const starts = [Date.UTC(2026, 2, 28, 22, 45), Date.UTC(2026, 9, 24, 21, 45), Date.UTC(2026, 4, 31, 21, 30)]

const rowOf = (event: History[number], profileId: string): LakeRow => ({
  timestamp: event.timestamp,
  received_at: event.receivedAt,
  message_id: event.messageId,
  type: event.type,
  event: event.event,
  name: event.name,
  source: event.source,
  profile_id: profileId,
  anonymous_id: profileId,
  is_imported: event.imported ?? false,
  properties: event.properties,
  traits: event.traits,
  context: event.context,
})

interface Draw {
  histories: Map<string, History>
  /** sets of audiences that may name one another */
  sets: Audience[][]
  instants: number[]
}

/** Histories and conditions of one unit of time and one beginning, so that windows end on events. */
const draw = (seed: number): Draw => {
  const random = createRandom(seed)
  const unit = random.pick(units)
  const options = { kinds, edits: 0, withMerge: false, units: [unit], starts: [random.pick(starts)], audiences: 8 }
  const scenarios = Array.from({ length: 8 }, (_, index) => randomScenario(seed * 1_000 + index, options))
  const histories = new Map(
    scenarios.map(({ inputs }, index) => {
      // Of one device: where several say different things, a preview takes the newest choice of any event.
      const arrivals = inputs.flatMap((input) =>
        input.kind === 'request'
          ? input.events.map((event) => ({ ...event, anonymousId: 'a', imported: input.imported ?? false }))
          : [],
      )
      return [`p${index}`, record([], arrivals)]
    }),
  )
  const sets = scenarios.slice(0, 4).map(({ inputs }) => {
    const [definition] = inputs.flatMap((input) => (input.kind === 'definition' ? [input.audiences] : []))
    return [...definition!]
  })
  const times = [...histories.values()].flat().map(({ timestamp }) => timestamp)
  const instants = Array.from(
    { length: 6 },
    () => random.pick(times) + random.int(0, 6) * unit.ms + random.pick([-1, 0, 0, 1]),
  )
  return { histories, sets, instants: [...instants, Math.max(...times)] }
}

/** What the oracle says of everybody at an instant: an event counts from its own time on. */
const expected = (set: Audience[], histories: Draw['histories'], now: number): Map<string, string[]> => {
  const ordered = inOrderOfDependence(set)
  const members = new Map(set.map(({ id }) => [id, [] as string[]]))
  for (const [profileId, all] of histories) {
    const history = all.filter(({ timestamp }) => timestamp <= now)
    if (history.length === 0) continue
    const profile = makeProfile({ profileId, consent: consentOf(history), policy: 'opt-in' })
    for (const id of membershipsAt(ordered, history, profile, now).keys()) members.get(id)!.push(profileId)
  }
  return members
}

const isDefined = ({ when }: Audience): boolean =>
  !JSON.stringify(when).includes('"mode"') && !JSON.stringify(when).includes('"for"')

/** Without those that cannot be previewed, and those that name them. */
const previewed = (set: Audience[]): Audience[] => {
  const kept = set.filter(isDefined)
  const isWhole = ({ when }: Audience): boolean =>
    [...JSON.stringify(when).matchAll(/"audience":"(a\d+)"/g)].every(([, id]) => kept.some((other) => other.id === id))
  const whole = kept.filter(isWhole)
  return whole.length === set.length ? whole : previewed(whole)
}

const judge = async ({ histories, sets, instants }: Draw): Promise<number> => {
  const folder = makeFolder('preview')
  const rows = [...histories].flatMap(([id, history]) => history.map((event) => rowOf(event, id)))
  putFile(folder, 'events/dt=2026-03-01/hr=00/a.parquet', parquet('events', rows))
  // A batch that was written twice.
  putFile(folder, 'events/dt=2026-03-01/hr=00/b.parquet', parquet('events', rows.slice(0, 20)))
  const connection = await openLake({ lake: folder, collector: '', tokenEnv: '' }, { kinds: ['events'] })
  let judged = 0
  for (const set of sets.map(previewed)) {
    const audiences = new Map(set.map((audience) => [audience.id, audience as unknown as AudienceDefinition]))
    const wanted = instants.map((now) => expected(set, histories, now))
    for (const audience of set) {
      const compiled = compileAudience(audiences.get(audience.id)!, { audiences, policy: 'opt-in' })
      const answer = await ask(
        connection,
        `SELECT place, profile_id FROM (${judgedSql(compiled, instants)}) WHERE holds ORDER BY ALL`,
      )
      const members = instants.map((_, n) => answer.rows.filter(([place]) => place === n).map(([, id]) => id))
      expect(members, JSON.stringify({ audience, set, instants })).toEqual(
        wanted.map((each) => each.get(audience.id)!.sort()),
      )
      judged++
    }
  }
  return judged
}

test(`the lake's answer is the engine's rule: ${draws} draws`, { timeout: 60_000 + draws * 5_000 }, async () => {
  let judged = 0
  for (let seed = firstSeed; seed < firstSeed + draws; seed++)
    judged += await judge(draw(seed)).catch((error: Error) => {
      error.message = `seed ${seed}: ${error.message}`
      throw error
    })
  if (process.env.PREVIEW_DRAWS) console.log(`${judged} audiences, each on 8 histories at 7 instants`)
  expect(judged).toBeGreaterThan(draws * 5)
})
