export { createClient } from './client.ts'
export type { Choice, Client, ConsentDetails, IdentifyOptions, Topics } from './client-api.ts'
export type { Config } from './config.ts'
export { adoptDataLayer } from './data-layer/adopt-data-layer.ts'
export { dropsKey } from './delivery/event-rows.ts'
export type { AnyPlan, Plan, Properties, TrackArguments } from './plan.ts'
export type { Context, Device, Fetch, Ports, Prepare, Row, Store, Watcher } from './ports.ts'
export {
  askForRights,
  createRights,
  type Forgetting,
  type Rights,
  type RightsAnswer,
  type RightsAsk,
  type RightsEndpoint,
} from './rights/rights.ts'
export { patienceMs, within } from './within.ts'
