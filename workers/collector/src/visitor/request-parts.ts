import type { IngestReply, IngestRequest } from './requests.ts'

/** A request with some of its events, by their places. */
export const part = (request: IngestRequest, places: readonly number[]): IngestRequest => ({
  ...request,
  events: places.map((place) => request.events[place]!),
})

export interface PartReply {
  places: readonly number[]
  reply: IngestReply
}

/** The reply to a request whose events went to several profiles: its last event's visitor is the one that it shows. */
export const joinReplies = (size: number, parts: readonly PartReply[]): IngestReply => {
  const joined: IngestReply = { accepted: 0, duplicates: [], audiences: [] }
  for (const { places, reply } of parts) {
    joined.accepted += reply.accepted
    joined.duplicates.push(...reply.duplicates.map((place) => places[place]!))
    for (const { code, places: its } of reply.gone ?? [])
      joined.gone = [...(joined.gone ?? []), { code, places: its.map((place) => places[place]!) }]
    if (places.at(-1) === size - 1) joined.audiences = reply.audiences
    if (reply.takenBy) joined.takenBy = reply.takenBy
  }
  joined.duplicates.sort((a, b) => a - b)
  return joined
}
