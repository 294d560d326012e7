import type { IngestReply, IngestRequest } from './requests.ts'

/** What a Visitor object takes a request by. */
export interface TakesRequests {
  ingest(about: string, events: string[]): Promise<string>
}

/**
 * Hands a request to an object. What is said of its events and the reply travel as JSON, the events as the texts that they are: what the
 * runtime makes of an object with ten names, and of one for the reply, costs a request up to 3 % more.
 */
export const callIngest = async (visitor: TakesRequests, { events, ...about }: IngestRequest): Promise<IngestReply> =>
  JSON.parse(await visitor.ingest(JSON.stringify(about), events)) as IngestReply

/** The object's side of `callIngest`. */
export const takeIngest = async (
  about: string,
  events: string[],
  take: (request: IngestRequest) => Promise<IngestReply>,
): Promise<string> => JSON.stringify(await take({ ...(JSON.parse(about) as Omit<IngestRequest, 'events'>), events }))
