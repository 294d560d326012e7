import type { EpochMs } from '@spartito/protocol'
import type { KindName } from '../lake/kinds.ts'
import { type LakeFlags, openLake } from '../lake/open-lake.ts'
import { ask } from '../query/column.ts'
import { bars } from '../terminal/bar.ts'
import { escapeControls } from '../terminal/escape-controls.ts'
import { terminalWidth, textTable } from '../terminal/text-table.ts'
import { compileAudience } from './compile/compile-condition.ts'
import { inexactSql, judgedSql } from './compile/preview-sql.ts'
import { lastDays } from './instants.ts'
import { readAudience } from './read-audience.ts'

export interface PreviewFlags extends LakeFlags {
  workspace?: string
  days: number
  at?: EpochMs
  policy: 'opt-in' | 'opt-out'
  json: boolean
}

export interface Preview {
  audience: string
  /** ISO 8601 */
  at: string
  members: number
  profiles: number
  days: { day: string; members: number; profiles: number }[]
  /** what makes the figures other than the engine's */
  notes: string[]
}

/** Profiles are written once a day; those of an older one may be no more. */
const profileDays = 3
const dayMs = 86_400_000

const unmergedNote =
  'the lake has no daily profiles of late: a profile that has joined another counts for itself, by the events that it took'

const inexactNote = (path: string, count: number): string =>
  `${path}: ${count.toLocaleString('en')} events have a value that SQL does not take as the engine does (a number of more than 19 digits before the point or 18 after it, or an object)`

/**
 * How many profiles would be in an audience, now and at the end of each of the last days, by the events of the lake.
 *
 * @throws Error that says what to do; NotPreviewed for a condition that SQL cannot say, with its path
 */
export const previewAudience = async (from: string, flags: PreviewFlags): Promise<Preview> => {
  const { workspace, tokenEnv, days, at = Date.now(), policy } = flags
  const { audience, audiences } = await readAudience(from, workspace, tokenEnv)
  // What cannot be previewed is said before anything is read.
  const compiled = compileAudience(audience, { audiences, policy })
  const instants = lastDays(at, days)
  const newestProfiles = new Date(at - profileDays * dayMs).toISOString().slice(0, 10)
  const sinceOf = (kind: KindName): string | undefined => (kind === 'profiles' ? newestProfiles : undefined)
  const connection = await openLake(flags, { kinds: ['events', 'profiles'], sinceOf })
  const judged = judgedSql(
    compiled,
    instants.map((instant) => instant.at),
  )
  const counted = await ask(
    connection,
    `SELECT place, count(*) FILTER (holds) AS members, count(*) AS profiles FROM (${judged}) GROUP BY place`,
  )
  const byPlace = new Map(
    counted.rows.map(([place, members, profiles]) => [place, { members: Number(members), profiles: Number(profiles) }]),
  )
  const byDay = instants.map(({ day }, place) => ({ day, ...(byPlace.get(place) ?? { members: 0, profiles: 0 }) }))
  const inexact = inexactSql(compiled)
  const notes =
    inexact === undefined ? [] : (await ask(connection, inexact)).rows.filter(([, count]) => Number(count) > 0)
  const { members, profiles } = byDay.at(-1)!
  const daily = (await ask(connection, 'SELECT count(*) FROM profiles')).rows[0]![0]
  return {
    audience: audience.id,
    at: new Date(at).toISOString(),
    members,
    profiles,
    days: byDay,
    notes: [
      ...notes.map(([path, count]) => inexactNote(String(path), Number(count))),
      ...(daily === 0 ? [unmergedNote] : []),
    ],
  }
}

const percent = (members: number, profiles: number): string =>
  profiles === 0 ? '' : `${((members / profiles) * 100).toFixed(1)} %`

const count = (value: number): string => value.toLocaleString('en')

export const previewText = ({ audience, at, members, profiles, days, notes }: Preview, width: number): string => {
  const drawn = bars(
    days.map((day) => day.members),
    30,
  )
  const rows = days.map((day, index) => [
    day.day,
    count(day.members),
    count(day.profiles),
    percent(day.members, day.profiles),
    drawn[index]!,
  ])
  const numbers = ['members', 'profiles', 'share'].map((name) => ({ name, isNumber: true }))
  return [
    `${escapeControls(audience)}: ${count(members)} of ${count(profiles)} profiles would be members at ${at}${profiles === 0 ? '' : ` (${percent(members, profiles)})`}`,
    '',
    textTable([{ name: 'day (UTC)' }, ...numbers, { name: '' }], rows, width),
    ...notes.map((note) => `note: ${escapeControls(note)}`),
  ].join('\n')
}

export const preview = async (from: string, flags: PreviewFlags): Promise<void> => {
  const made = await previewAudience(from, flags)
  console.log(flags.json ? escapeControls(JSON.stringify(made)) : previewText(made, terminalWidth()))
}
