import type { Event } from '@spartito/protocol'

/** An audience of `count` events of a name within a window. */
export interface WindowedCount {
  id: string
  event: string
  count: number
  windowMs: number
}

/** How long a request may wait for its object while an alarm of it decides at a later instant. */
const slackMs = 2_000
/** More ways than this are not followed: the profile is then not predicted. */
const maxWays = 256

interface Way {
  now: number
  isMember: boolean
  changes: string[]
}

/**
 * What an audience's changes must have been, by a naive reading of the rules (SPEC AU1–AU3): each request's events are one
 * transaction at its `receivedAt`; between them, time alone changes the answer, at the instants at which events leave the
 * window. A request that waited for its object may be decided after instants that follow its receipt: every such way is
 * given back.
 *
 * @param until the instant up to which time has been decided
 * @returns texts such as `entered` and `exited@1763750000000`, one list a way; undefined when there are too many ways
 */
export const possibleChanges = (
  { event, count, windowMs }: WindowedCount,
  events: readonly Pick<Event, 'event' | 'timestamp' | 'receivedAt'>[],
  until: number,
): string[][] | undefined => {
  const transactions = [...Map.groupBy(events, ({ receivedAt }) => receivedAt)].sort(([a], [b]) => a - b)
  const edges = events.filter((one) => one.event === event).map(({ timestamp }) => timestamp + windowMs)
  const seen: number[] = []
  const holds = (at: number): boolean => seen.filter((time) => time > at - windowMs && time <= at).length >= count

  const advance = (way: Way, to: number): Way => {
    const { changes, now } = way
    let { isMember } = way
    const made = [...changes]
    const due = seen.map((time) => time + windowMs).filter((at) => at > now && at <= to)
    for (const at of due.sort((a, b) => a - b))
      if (holds(at) !== isMember) {
        isMember = !isMember
        made.push(isMember ? 'entered' : `exited@${at}`)
      }
    return { now: Math.max(now, to), isMember, changes: made }
  }

  let ways: Way[] = [{ now: 0, isMember: false, changes: [] }]
  for (const [receivedAt, its] of transactions) {
    const instants = [receivedAt, ...edges.filter((edge) => edge > receivedAt && edge <= receivedAt + slackMs)]
    const advanced = ways.flatMap((way) => instants.map((at) => advance(way, at)))
    for (const one of its) if (one.event === event) seen.push(one.timestamp)
    ways = advanced.map((way) => {
      if (holds(way.now) === way.isMember) return way
      return { ...way, isMember: !way.isMember, changes: [...way.changes, way.isMember ? 'exited' : 'entered'] }
    })
    ways = [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()]
    if (ways.length > maxWays) return undefined
  }
  return ways.map((way) => advance(way, until).changes)
}
