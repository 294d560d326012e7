import { literal } from '../../lake/sql-text.ts'
import { ask } from '../../query/column.ts'
import { inPeriod, type ReadyReport } from '../report.ts'

export interface FunnelOptions {
  /** names of events (`page` and the like for calls that are no track), two or more */
  steps: readonly string[]
  /** from the first step to the last, in ms */
  withinMs: number
}

const named = (step: string): string => `(CASE WHEN e.type = 'track' THEN e.event ELSE e.type END) = ${literal(step)}`

/**
 * SQL that gives, for each profile, the run that leads furthest: how far, and when each step was. A run begins at any first step in the
 * period; each step is strictly later than the one before, and the first that is.
 */
const runsSql = (steps: readonly string[], withinMs: number, begins: string): string => {
  const tables = steps.map((step, index) =>
    index === 0
      ? `s0 AS (SELECT DISTINCT profile_id, timestamp AS t0 FROM events e WHERE profile_id IS NOT NULL AND ${named(step)} AND ${begins})`
      : `s${index} AS (
  SELECT s.*, (
    SELECT min(e.timestamp) FROM events e WHERE e.profile_id = s.profile_id AND ${named(step)}
      AND e.timestamp > s.t${index - 1} AND e.timestamp <= s.t0 + to_milliseconds(${withinMs}::DOUBLE)
  ) AS t${index} FROM s${index - 1} s)`,
  )
  const depth = steps.map((_, index) => `(t${index} IS NOT NULL)::INT`).join(' + ')
  return `WITH ${tables.join(',\n')}
SELECT *, ${depth} AS depth FROM s${steps.length - 1}
QUALIFY row_number() OVER (PARTITION BY profile_id ORDER BY depth DESC, t0) = 1`
}

/** How many profiles went from step to step, and how long half of them took. */
export const funnel: ReadyReport<FunnelOptions> = {
  kinds: ['events'],
  filesSince: ({ since }) => since,
  async ask(connection, period, { steps, withinMs }) {
    const parts = steps.map((_, index) => {
      const ms = index === 0 ? 'NULL' : `median(epoch_ms(t${index}) - epoch_ms(t${index - 1}))`
      return `count(t${index}) AS n${index}, ${ms} AS m${index}`
    })
    const runs = runsSql(steps, withinMs, inPeriod('timestamp', period))
    const { rows } = await ask(connection, `SELECT ${parts.join(', ')} FROM (${runs})`)
    const figures = rows[0]!
    const reached = steps.map((_, index) => Number(figures[index * 2]))
    const share = (of: number, all: number): number | null => (all === 0 ? null : of / all)
    return {
      title: 'Funnel',
      sections: [
        {
          title: 'From step to step',
          columns: [
            { name: 'step', as: 'text' },
            { name: 'profiles', as: 'count' },
            { name: 'of the first', as: 'share' },
            { name: 'of the one before', as: 'share' },
            { name: 'half of them within', as: 'ms' },
          ],
          rows: steps.map((step, index) => [
            `${index + 1}. ${step}`,
            reached[index]!,
            share(reached[index]!, reached[0]!),
            index === 0 ? null : share(reached[index]!, reached[index - 1]!),
            figures[index * 2 + 1]!,
          ]),
          drawn: 1,
        },
      ],
      notes: [
        'A profile counts once, with the run that led it furthest. The first step lies in the period; each later one is strictly after the one before.',
      ],
    }
  },
}
