import type { EpochMs } from '@spartito/protocol'
import type { GenericSchema } from 'valibot'
import type { ErasedPerson } from './deletion.ts'
import type { Attempt, Delivery } from './delivery.ts'

/** A request that a destination wants made: what makes it follows no redirect, and bounds it in time (SPEC DE5). */
export interface DestinationRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  body: string
}

/** What was answered; the body's first 64 KB. */
export interface DestinationAnswer {
  status: number
  /** by lower-case name */
  header(name: string): string | null
  body: string
}

/** The values of the Worker secrets that the settings name, by the path of the setting. */
export type Secrets = Readonly<Record<string, string>>

/** What a token request came to: a token for so long, or why there is none, as an attempt of all that waits for it. */
export type Authorized =
  | { ok: true; accessToken: string; validMs: number }
  | { ok: false; attempt: Extract<Attempt, { outcome: 'failed' }> }

/**
 * How a kind comes by an access token. The token is kept while it is valid, less a margin for its way, and handed to `request` among the secrets as
 * `accessToken`; an answer 401 says that it is to be asked for anew.
 */
export interface Authorization<Settings> {
  request(settings: Settings, secrets: Secrets): DestinationRequest
  read(answer: DestinationAnswer): Authorized
}

/** How a kind is asked to delete all that it has of a person (CO7): by requests that are made one after the other. */
export interface Deletion<Settings> {
  /** the settings that are secrets and that it needs, of those that are set, as `secretNames` of the kind; left out: those of deliveries */
  secretNames?(settings: Settings): readonly string[]
  /** left out: these secrets are all it needs */
  authorize?: Authorization<Settings>
  /** Why nothing is asked for this person, in words that name nobody; undefined when something is. Left out: all are asked for. */
  skip?(person: ErasedPerson, settings: Settings): string | undefined
  /** @returns at least one; the same person asked for again is the same requests */
  requests(
    person: ErasedPerson,
    settings: Settings,
    secrets: Secrets,
    now: EpochMs,
  ): readonly [DestinationRequest, ...DestinationRequest[]]
  /** What an answer says of one request; left out: `readAnswer` */
  read?(answer: DestinationAnswer, settings: Settings, now: EpochMs): Attempt
}

/**
 * One kind of destination: pure functions, so that its documented examples are its tests.
 *
 * `Settings` is what `schema` lets through; a secret in it is a `Secret` and comes by `secrets`, never as its value.
 */
export interface DestinationKind<Settings> {
  /** the `type` in the workspace */
  type: string
  schema: GenericSchema<unknown, Settings>
  /** the settings that are secrets and that deliveries need, of those that are set: each by its path, as `oauth.clientSecret` */
  secretNames(settings: Settings): readonly string[]
  /** What is wrong with the value of a secret, to be read after its name; undefined when it will do. Left out: any will. */
  faultOfSecret?(value: string): string | undefined
  /** what it can be sent */
  takes: readonly Delivery['kind'][]
  /** how many deliveries a request may carry; of one profile in their order */
  maxBatch: number
  /** where the settings say how many; at most `maxBatch`, which it is when left out */
  batchSize?(settings: Settings): number
  /** how many bytes the deliveries of a request may have together, as JSON; left out: 1 MB */
  maxBatchBytes?: number
  /** Deliveries of one request have the same group: an API that adds and removes in two requests, for one. Left out: any may share. */
  group?(delivery: Delivery, settings: Settings): string
  /** left out: the settings' own secrets are all it needs */
  authorize?: Authorization<Settings>
  /**
   * Asked before each attempt: what goes out. One whose answer is `skipped` is in no request.
   *
   * @param deliveries at least one, at most `maxBatch`, of one `group`
   */
  request(
    deliveries: readonly [Delivery, ...Delivery[]],
    settings: Settings,
    secrets: Secrets,
    now: EpochMs,
  ): DestinationRequest | Promise<DestinationRequest>
  /** Why it has no use for a delivery; undefined when it has. Left out: it has use for all. */
  skip?(delivery: Delivery, settings: Settings): string | undefined
  /** What the answer says of each delivery, in their order; left out: `readAnswer` for all of them. */
  read?(answer: DestinationAnswer, deliveries: readonly Delivery[], now: EpochMs, settings: Settings): Attempt[]
  /** How it is asked to delete a person. Left out: it has no API for that, and a removal from its lists is all that can be asked. */
  deletion?: Deletion<Settings>
}
