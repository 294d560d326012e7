import { ask } from '../../query/column.ts'
import { inPeriod, type ReadyReport } from '../report.ts'

/** What reached the destinations, how soon, and what did not and why. */
export const deliveries: ReadyReport<unknown> = {
  kinds: ['deliveries'],
  filesSince: ({ since }) => since,
  async ask(connection, period) {
    const ended = `FROM deliveries WHERE ${inPeriod('"at"', period)}`
    const byDestination = await ask(
      connection,
      `SELECT destination, count(*) FILTER (state = 'delivered') AS delivered, count(*) FILTER (state = 'parked'),
         count(*) FILTER (state = 'skipped'), avg(attempts) FILTER (state = 'delivered'),
         quantile_disc(latency_ms, 0.5) FILTER (state = 'delivered'), quantile_disc(latency_ms, 0.99) FILTER (state = 'delivered')
       ${ended} GROUP BY destination ORDER BY delivered DESC, destination`,
    )
    const byReason = await ask(
      connection,
      `SELECT destination, state, status::VARCHAR, reason, count(*) AS n
       ${ended} AND state <> 'delivered' GROUP BY ALL ORDER BY n DESC, 1, 2, 3, 4 LIMIT 50`,
    )
    return {
      title: 'Deliveries',
      sections: [
        {
          title: 'By destination',
          columns: [
            { name: 'destination', as: 'text' },
            { name: 'delivered', as: 'count' },
            { name: 'parked', as: 'count' },
            { name: 'skipped', as: 'count' },
            { name: 'attempts', as: 'amount' },
            { name: 'half within', as: 'ms' },
            { name: '99 % within', as: 'ms' },
          ],
          rows: byDestination.rows,
          drawn: 1,
        },
        {
          title: 'What did not arrive',
          columns: [
            { name: 'destination', as: 'text' },
            { name: 'state', as: 'text' },
            { name: 'status', as: 'text' },
            { name: 'reason', as: 'text' },
            { name: 'deliveries', as: 'count' },
          ],
          rows: byReason.rows,
          drawn: 4,
        },
      ],
      notes: ['Attempts are the average of what arrived. What was parked and replayed is counted as each.'],
    }
  },
}
