import { app } from './app.ts'

export { Budget } from './defence/budget-object.ts'
export { Erasures } from './erasure/erasures-object.ts'
export { Live } from './live/live-object.ts'
export { Quarantine } from './quarantine/quarantine-object.ts'
export { RosterShard } from './roster/roster-shard.ts'
export { RecentEvents } from './sampling/recent-events.ts'
export { Stats } from './stats/stats-object.ts'
export { Visitor } from './visitor/visitor-object.ts'
export { WorkspaceObject } from './workspace/workspace-object.ts'

export default { fetch: app.fetch }
