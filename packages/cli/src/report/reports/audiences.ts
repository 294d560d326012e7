import { ask } from '../../query/column.ts'
import { inPeriod, type ReadyReport } from '../report.ts'

/** Who came and went, and who is a member at the end of the period. */
export const audiences: ReadyReport<unknown> = {
  kinds: ['changes'],
  // Who is a member today may have entered at any time.
  filesSince: () => undefined,
  async ask(connection, period) {
    const here = inPeriod('effective_at', period)
    const byAudience = await ask(
      connection,
      `SELECT audience,
         count(*) FILTER (${here} AND type = 'audience.entered') AS entered,
         count(*) FILTER (${here} AND type = 'audience.exited') AS exited,
         count(*) FILTER (is_last AND type = 'audience.entered') AS members
       FROM (
         SELECT *, row_number() OVER (PARTITION BY profile_id, audience ORDER BY seq DESC) = 1 AS is_last
         FROM changes WHERE effective_at < TIMESTAMP '${period.until}' + INTERVAL 1 DAY
       ) GROUP BY audience ORDER BY members DESC, audience`,
    )
    const byDay = await ask(
      connection,
      `SELECT strftime(effective_at, '%Y-%m-%d') AS day, audience,
         count(*) FILTER (type = 'audience.entered') AS entered, count(*) FILTER (type = 'audience.exited')
       FROM changes WHERE ${here} GROUP BY day, audience ORDER BY day, audience`,
    )
    const byCause = await ask(
      connection,
      `SELECT audience, cause, count(*) AS n FROM changes WHERE ${here} GROUP BY audience, cause ORDER BY audience, n DESC, cause`,
    )
    const moves = [
      { name: 'entered', as: 'count' },
      { name: 'exited', as: 'count' },
    ] as const
    return {
      title: 'Audiences',
      sections: [
        {
          title: 'By audience',
          columns: [{ name: 'audience', as: 'text' }, ...moves, { name: 'members', as: 'count' }],
          rows: byAudience.rows,
          drawn: 3,
        },
        {
          title: 'By day',
          columns: [{ name: 'day (UTC)', as: 'text' }, { name: 'audience', as: 'text' }, ...moves],
          rows: byDay.rows,
          drawn: 2,
        },
        {
          title: 'By cause',
          columns: [
            { name: 'audience', as: 'text' },
            { name: 'cause', as: 'text' },
            { name: 'changes', as: 'count' },
          ],
          rows: byCause.rows,
          drawn: 2,
        },
      ],
      notes: ['Members are those whose last change until the end of the period was an entry.'],
    }
  },
}
