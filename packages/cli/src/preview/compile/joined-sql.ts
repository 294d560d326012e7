/**
 * Tables of SQL for a reading of events in which profiles that have merged are one: `known`, the profiles of the newest day in the lake, and
 * `holders`, which of them has a visitor's own identifier. Of a type that people share (an address) nothing is said.
 */
export const holdersSql = `known AS MATERIALIZED (
  SELECT profile_id, identifiers FROM profiles WHERE day = (SELECT max(day) FROM profiles)
), holders AS MATERIALIZED (
  SELECT identifier ->> 'type' AS kind, identifier ->> 'value' AS value, min(profile_id) AS profile_id
  FROM (SELECT profile_id, unnest(json_extract(identifiers, '$[*]')) AS identifier FROM known)
  WHERE (identifier ->> 'type') IN ('user_id', 'anonymous_id')
  GROUP BY kind, value HAVING count(DISTINCT profile_id) = 1
)`

/**
 * Events of profiles. One of a profile that is no longer there belongs to who has its user's or its device's identifier today, if
 * anybody has; without daily profiles each keeps the profile that took it. Reads `known` and `holders`.
 */
export const joinedEventsSql = `SELECT e.* REPLACE (
    coalesce(CASE WHEN k.profile_id IS NULL THEN coalesce(u.profile_id, d.profile_id) END, e.profile_id) AS profile_id
  )
  FROM events e
  LEFT JOIN known k ON k.profile_id = e.profile_id
  LEFT JOIN holders u ON u.kind = 'user_id' AND u.value = e.user_id
  LEFT JOIN holders d ON d.kind = 'anonymous_id' AND d.value = e.anonymous_id
  WHERE e.profile_id IS NOT NULL AND e.timestamp IS NOT NULL`
