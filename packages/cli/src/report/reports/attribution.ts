import { literal } from '../../lake/sql-text.ts'
import { ask } from '../../query/column.ts'
import type { CampaignPart, TouchRule } from '../attribution-options.ts'
import { inPeriod, type ReadyReport } from '../report.ts'

export interface AttributionOptions {
  /** the event that is a conversion */
  conversion: string
  touch: TouchRule
  /** what tells one campaign from another */
  by: readonly CampaignPart[]
  /** a number of the event's properties, such as `revenue` */
  value: string
  /** how long before a conversion a touch may be, in ms */
  lookbackMs: number
}

/** What comes of the same campaign within so long is one touch. */
const sameTouch = 'INTERVAL 30 MINUTES'

/** Touches and conversions, and of each touch its part of the conversion. */
const creditsSql = ({ conversion, touch, by, value, lookbackMs }: AttributionOptions, converted: string): string => {
  const columns = by.map((part) => `campaign_${part}`)
  const property = `json_extract(properties, ${literal(`$."${value.replaceAll('"', '\\"')}"`)})`
  const part = {
    first: '(place = 1)::INT',
    last: '(place = touched)::INT',
    linear: '1 / touched',
  }[touch]
  return `WITH campaigns AS (
  SELECT profile_id, timestamp, message_id, concat_ws(' / ', ${columns.join(', ')}) AS campaign
  FROM events WHERE profile_id IS NOT NULL AND coalesce(${columns.join(', ')}) IS NOT NULL
), touches AS (
  SELECT * FROM campaigns
  WINDOW run AS (PARTITION BY profile_id ORDER BY timestamp, message_id)
  QUALIFY coalesce(campaign <> lag(campaign) OVER run OR timestamp > lag(timestamp) OVER run + ${sameTouch}, true)
), conversions AS (
  SELECT row_number() OVER () AS id, profile_id, timestamp,
    CASE WHEN json_type(${property}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(${property} ->> '$' AS DECIMAL(38, 6)) END AS value
  FROM events WHERE (CASE WHEN type = 'track' THEN event ELSE type END) = ${literal(conversion)} AND profile_id IS NOT NULL AND ${converted}
), pairs AS (
  SELECT c.id, c.value, t.campaign,
    row_number() OVER (PARTITION BY c.id ORDER BY t.timestamp, t.message_id) AS place,
    count(t.campaign) OVER (PARTITION BY c.id) AS touched
  FROM conversions c LEFT JOIN touches t ON t.profile_id = c.profile_id
    AND t.timestamp <= c.timestamp AND t.timestamp > c.timestamp - to_milliseconds(${lookbackMs}::DOUBLE)
)
SELECT id, value, campaign, CASE WHEN touched = 0 THEN 1 ELSE ${part} END AS credit FROM pairs`
}

/** Which campaigns brought conversions. */
export const attribution: ReadyReport<AttributionOptions> = {
  kinds: ['events'],
  filesSince: ({ since }, { lookbackMs }) =>
    new Date(Date.parse(`${since}T00:00:00Z`) - lookbackMs).toISOString().slice(0, 10),
  async ask(connection, period, options) {
    const { rows } = await ask(
      connection,
      `SELECT campaign, sum(credit) AS conversions, sum(CASE WHEN credit = 1 THEN value ELSE value * credit END) AS value,
         sum(credit) / sum(sum(credit)) OVER () AS share
       FROM (${creditsSql(options, inPeriod('timestamp', period))}) WHERE credit > 0
       GROUP BY campaign ORDER BY conversions DESC, campaign`,
    )
    return {
      title: `Attribution of ${options.conversion}, ${options.touch} touch`,
      sections: [
        {
          title: `By ${options.by.join(', ')}`,
          columns: [
            { name: 'campaign', as: 'text' },
            // A part of a conversion is no whole one.
            { name: 'conversions', as: options.touch === 'linear' ? 'amount' : 'count' },
            { name: options.value, as: 'amount' },
            { name: 'share', as: 'share' },
          ],
          rows: rows.map(([campaign, ...figures]) => [campaign ?? '(no campaign)', ...figures]),
          drawn: 1,
        },
      ],
      notes: [
        'A touch is an event with a campaign; what comes of the same campaign within 30 minutes of it is the same touch. Linear gives each touch the same part of a conversion.',
      ],
    }
  },
}
