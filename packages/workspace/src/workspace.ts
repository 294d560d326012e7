import type { AudienceDefinition } from '@spartito/engine'
import type { ConsentPolicy, IdentifierType, Purpose } from '@spartito/protocol'

export interface Source {
  id: string
  /** a browser's or app's write key is public; a server's is secret and vouches for the identifiers it sends (ID11) */
  kind: 'browser' | 'server'
  name?: string
  writeKey: string
  /** the only origins that may send; any when left out */
  origins?: string[]
  /** what an unknown purpose means; `opt-in` when left out */
  consent?: { policy?: ConsentPolicy }
  /** purposes that its events need, ALL of them (CO3) */
  collect?: Purpose[]
  disabled?: boolean
}

/** The name of a Worker secret; in development only, the value itself. */
export type Secret = { env: string } | string

export interface Destination {
  id: string
  name?: string
  type: 'webhook'
  /** what it is used for, at least one; ALL must be consented to */
  purposes: Purpose[]
  /** the audiences whose changes it receives; `*` for all */
  audiences: '*' | string[]
  settings: { url: string; secret: Secret }
  disabled?: boolean
}

/** The whole configuration (SPEC WS). Only `sources` is required. */
export interface Workspace {
  sources: Source[]
  purposes?: Purpose[]
  identity?: {
    mode?: 'open'
    contested?: 'neither'
    /** values that identify nobody, beside those of ID2 */
    blocked?: string[]
    identifiers?: IdentifierType[]
  }
  transformations?: []
  plan?: { events: Record<string, never> }
  audiences?: AudienceDefinition[]
  destinations?: Destination[]
  retention?: { anonymous?: string }
}

/** A workspace as it is published: a version of it, from 1; 0 is the one built into the Workers. */
export interface PublishedWorkspace {
  version: number
  workspace: Workspace
}
