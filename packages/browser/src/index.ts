export type {
  AnyPlan,
  Choice,
  Client,
  Config,
  ConsentDetails,
  IdentifyOptions,
  Plan,
  Properties,
  Topics,
  TrackArguments,
} from '@spartito/sdk'
export type { TagConfig } from './attributes.ts'
export { type ClientConfig, createClient } from './create-client.ts'
