import { type EventUnit, type ProfileNotice, utf8Bytes } from '@spartito/protocol'

/** A queue message holds at most 128,000 bytes; what the unit itself adds fits in the difference. */
const maxPartBytes = 120_000

/**
 * The messages that carry the events of one commit to the queue, in parts that fit it. The same events give the same
 * units, so that sending them again is harmless.
 *
 * @param notice the profile's beginning, while nobody is known to have been told of it
 */
export const eventUnits = (
  visitor: string,
  profileId: string,
  commit: number,
  events: readonly string[],
  notice: ProfileNotice | undefined,
): EventUnit[] => {
  const parts: string[][] = [[]]
  let bytes = 0
  const isSmall = events.reduce((sum, { length }) => sum + length, 0) * 3 < maxPartBytes
  for (const event of events) {
    // At most three bytes a UTF-16 unit: only a large batch has to be measured.
    const size = isSmall ? 0 : utf8Bytes(event) + 1
    if (bytes + size > maxPartBytes && bytes > 0) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(event)
    bytes += size
  }
  return parts.map((part, index) => ({
    id: `${visitor}#${commit}.${index}`,
    visitor,
    profileId,
    commit,
    part: index,
    parts: parts.length,
    ...(notice && index === 0 && { notice }),
    events: part,
  }))
}
