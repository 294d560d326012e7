import { app } from './app.ts'

export { RosterShard } from './roster/roster-shard.ts'
export { Stats } from './stats/stats-object.ts'
export { Visitor } from './visitor/visitor-object.ts'
export { WorkspaceObject } from './workspace/workspace-object.ts'

export default { fetch: app.fetch }
