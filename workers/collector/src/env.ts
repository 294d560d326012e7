import type { Stats } from './stats/stats-object.ts'
import type { Visitor } from './visitor/visitor-object.ts'
import type { WorkspaceObject } from './workspace/workspace-object.ts'

export interface Env {
  VISITOR: DurableObjectNamespace<Visitor>
  WORKSPACE: DurableObjectNamespace<WorkspaceObject>
  STATS: DurableObjectNamespace<Stats>
  /** event units as JSON texts */
  EVENTS: Queue<string>
  /** change messages as JSON texts */
  CHANGES: Queue<string>
  CONFIG: KVNamespace
  JURISDICTION: string
  WORKSPACE_MAX_AGE_MS: string
  KV_PROPAGATION_MS: string
  CONFIRM_EVENTS: string
  ADMIN_TOKEN?: string
  ADMIN_READ_TOKEN?: string
}
