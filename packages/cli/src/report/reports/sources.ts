import { ask } from '../../query/column.ts'
import { inPeriod, type ReadyReport } from '../report.ts'

/** What arrived: by source, by day and by event. By the time of receipt. */
export const sources: ReadyReport<unknown> = {
  kinds: ['events'],
  filesSince: ({ since }) => since,
  async ask(connection, period) {
    const arrived = `FROM events WHERE ${inPeriod('received_at', period)}`
    const bySource = await ask(
      connection,
      `SELECT source, count(*) AS events, count(DISTINCT profile_id), count(*) FILTER (is_bot), count(*) FILTER (is_late), count(*) FILTER (profile_id IS NULL),
         count(*) / sum(count(*)) OVER () AS share
       ${arrived} GROUP BY source ORDER BY events DESC, source`,
    )
    const byDay = await ask(
      connection,
      `SELECT strftime(received_at, '%Y-%m-%d') AS day, count(*), count(DISTINCT profile_id) ${arrived} GROUP BY day ORDER BY day`,
    )
    const byEvent = await ask(
      connection,
      `SELECT CASE WHEN type = 'track' THEN event ELSE type END AS label, count(*) AS events, count(DISTINCT profile_id)
       ${arrived} GROUP BY label ORDER BY events DESC, label LIMIT 50`,
    )
    const counts = [
      { name: 'events', as: 'count' },
      { name: 'profiles', as: 'count' },
    ] as const
    return {
      title: 'Sources',
      sections: [
        {
          title: 'By source',
          columns: [
            { name: 'source', as: 'text' },
            ...counts,
            { name: 'of bots', as: 'count' },
            { name: 'late', as: 'count' },
            { name: 'of nobody', as: 'count' },
            { name: 'share', as: 'share' },
          ],
          rows: bySource.rows,
          drawn: 1,
        },
        { title: 'By day', columns: [{ name: 'day (UTC)', as: 'text' }, ...counts], rows: byDay.rows, drawn: 1 },
        { title: 'By event', columns: [{ name: 'event', as: 'text' }, ...counts], rows: byEvent.rows, drawn: 1 },
      ],
      notes: [
        'Days are those of receipt. "Of nobody" is what no profile has: bots, and what was refused after it was taken.',
      ],
    }
  },
}
