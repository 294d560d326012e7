/** The tables that these read. */
export const consentMacros = /\b(events_with_consent|consented_events)\b/i

/**
 * Events with the consent that each had as of its time (SPEC CO6), by macros over the tables `events` and `consents`:
 *
 * - `events_with_consent(['ads', 'stats'])`: all events, with a column `consent`: `denied` when one of these purposes was, `granted` when all
 *   were, else `unknown`
 * - `consented_events(['ads'], policy := 'opt-out')`: those that may be used for all of these purposes; what was unknown only under `opt-out`
 *
 * Of a purpose, what the event itself carried counts, and the newest decision up to its time of its profile, its user or its device: who
 * withdrew elsewhere is denied although a device still says otherwise, and an event that was itself denied stays so.
 */
export const consentSql: readonly string[] = [
  `CREATE MACRO events_with_consent(purposes) AS TABLE
WITH wanted AS (SELECT DISTINCT unnest(purposes)::VARCHAR AS purpose),
numbered AS (SELECT *, row_number() OVER () AS event_number FROM events),
asked AS (
  SELECT event_number, purpose, timestamp, profile_id, user_id, anonymous_id,
    (context::JSON -> 'consent' -> 'categoryPreferences' ->> ('$."' || purpose || '"'))::VARCHAR AS carried
  FROM numbered, wanted
),
decided AS (
  SELECT purpose, decided_at, is_granted, unnest(['profile ' || profile_id, 'user ' || user_id, 'device ' || anonymous_id]) AS whose
  FROM consents
),
known AS (
  SELECT purpose, whose, decided_at, bool_and(is_granted) AS is_granted FROM decided WHERE whose IS NOT NULL GROUP BY ALL
),
looked AS (
  SELECT event_number, purpose, timestamp, carried,
    unnest(['profile ' || profile_id, 'user ' || user_id, 'device ' || anonymous_id]) AS whose
  FROM asked
),
found AS (
  SELECT looked.event_number, looked.purpose, looked.carried, known.decided_at, known.is_granted
  FROM looked ASOF LEFT JOIN known
    ON looked.purpose = known.purpose AND looked.whose = known.whose AND looked.timestamp >= known.decided_at
),
newest AS (
  SELECT event_number, purpose, any_value(carried) AS carried,
    bool_and(is_granted) FILTER (decided_at = newest_at) AS is_granted
  FROM (SELECT *, max(decided_at) OVER (PARTITION BY event_number, purpose) AS newest_at FROM found)
  GROUP BY ALL
),
judged AS (
  SELECT event_number, CASE
    WHEN bool_or(coalesce(carried = 'false', false) OR NOT coalesce(is_granted, true)) THEN 'denied'
    WHEN bool_and(coalesce(carried = 'true', false) OR coalesce(is_granted, false)) THEN 'granted'
    ELSE 'unknown' END AS consent
  FROM newest GROUP BY event_number
)
SELECT numbered.* EXCLUDE (event_number), coalesce(judged.consent, 'granted') AS consent
FROM numbered LEFT JOIN judged USING (event_number)`,
  `CREATE MACRO consented_events(purposes, policy := 'opt-in') AS TABLE
SELECT * EXCLUDE (consent) FROM events_with_consent(purposes)
WHERE consent = 'granted' OR (consent = 'unknown' AND policy = 'opt-out')`,
]
