/** Text as SQL has it. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

const list = (texts: readonly string[]): string => texts.map(literal).join(', ')

/** Whose rows are asked for. */
export interface LakeSubject {
  /** of every object that has hosted a part of the profile */
  profileIds: readonly string[]
  userIds: readonly string[]
  anonymousIds: readonly string[]
}

/**
 * What finds a person's rows in the lake, a select for each kind, as `spartito query` runs them. Rows that no profile has (those of bots,
 * and what waits) are found by the ids that they came with.
 */
export const lakeQueries = ({ profileIds, userIds, anonymousIds }: LakeSubject): Record<string, string> => {
  const ofProfile = `profile_id in (${list(profileIds)})`
  const ofIds = [
    ...(userIds.length > 0 ? [`user_id in (${list(userIds)})`] : []),
    ...(anonymousIds.length > 0 ? [`(user_id is null and anonymous_id in (${list(anonymousIds)}))`] : []),
  ]
  const ofBody = [
    ...(userIds.length > 0 ? [`(body->>'userId') in (${list(userIds)})`] : []),
    ...(anonymousIds.length > 0
      ? [`((body->>'userId') is null and (body->>'anonymousId') in (${list(anonymousIds)}))`]
      : []),
  ]
  const any = (parts: readonly string[]): string => parts.join(' or ') || 'false'
  return {
    events: `select * from events where ${any([ofProfile, ...ofIds])} order by received_at`,
    consents: `select * from consents where ${any([ofProfile, ...ofIds])} order by received_at`,
    changes: `select * from changes where ${ofProfile} order by emitted_at`,
    deliveries: `select * from deliveries where ${ofProfile} order by "at"`,
    profiles: `select * from profiles where ${ofProfile} order by day`,
    quarantine: `select * from quarantine where ${any(ofBody)} order by received_at`,
  }
}
