export type { ErasedPerson } from './deletion.ts'
export type { Attempt, Delivery } from './delivery.ts'
export type {
  Authorization,
  Authorized,
  Deletion,
  DestinationAnswer,
  DestinationKind,
  DestinationRequest,
  Secrets,
} from './destination-kind.ts'
export { eventDeliveryId } from './event-delivery-id.ts'
export { guardUrl } from './guard/guard-url.ts'
export { readyHttp } from './http/ready.ts'
export { type DestinationType, destinationKinds, type SettingsByType } from './kinds.ts'
export { readAnswer } from './read-answer.ts'
export { readRetryAfter } from './retry-after.ts'
export { sampleFor } from './sample.ts'
export type { Secret } from './secret.ts'
export { secretAt, secretPaths } from './secret-paths.ts'
export { shareRequest } from './share-request.ts'
