import type { DestinationKind } from './destination-kind.ts'
import { webhook } from './webhook/webhook.ts'

/** Every kind of destination, by the `type` that a workspace names. What a kind is called with has passed its schema. */
export const destinationKinds: ReadonlyMap<string, DestinationKind<never>> = new Map(
  [webhook].map((kind) => [kind.type, kind as DestinationKind<never>]),
)
