import type { Secret } from '@spartito/destinations'
import type { AudienceDefinition, Condition, ContestedRule } from '@spartito/engine'
import type { TrackingPlan, Transformation } from '@spartito/pipeline'
import type { IdentifierType, Purpose } from '@spartito/protocol'
import type { ConsentRule } from './consent-rule.ts'
import type { Destination } from './destination.ts'
import type { SourceRetention, WorkspaceRetention } from './retention.ts'

export type { Destination } from './destination.ts'

/** The public half of a key pair on the curve P-256, as JWK. */
export interface PublicKey {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  kid?: string
  alg?: 'ES256'
  use?: 'sig'
  key_ops?: readonly string[]
  ext?: boolean
}

/**
 * A key that the owner's server signs identity tokens with (ID11). Several are valid together, by their `kid`: publish the new one, sign
 * with it, and remove the old one 24 hours later.
 */
export type IdentityKey =
  | { kid: string; alg: 'HS256'; secret: Secret }
  | { kid: string; alg: 'ES256'; publicKey: PublicKey }

/** How much a source may bring in a minute; what is over is answered 429, and clients send it again (SPEC WS). */
export interface Budgets {
  /** new visitors of one network (IPv4 /24, IPv6 /48): 600 for a browser source, none for a server's */
  newVisitors?: number
  /** events of one visitor: 2,000 when left out, and none for imports */
  visitorEvents?: number
  /** events of the whole source, imports among them: none when left out */
  events?: number
}

export interface Source<P extends Purpose = Purpose> {
  id: string
  /** a browser's or app's write key is public; a server's is secret and vouches for the identifiers it sends (ID11) */
  kind: 'browser' | 'server'
  name?: string
  writeKey: string
  /** the only origins that may send; any when left out */
  origins?: readonly string[]
  /** by which law it takes consent; `opt-in` when left out */
  consent?: ConsentRule<P>
  /** purposes that its events need, ALL of them (CO3) */
  collect?: readonly P[]
  /** of a browser source: what vouches for the users that its pages identify */
  identityKeys?: readonly IdentityKey[]
  /** traits that a verified visitor's own page may read at `/v1/me`; none when left out */
  exposeTraits?: readonly string[]
  /** how much of an address is kept: without what tells one home from the next (default), none of it and no place either, or all */
  ip?: 'truncate' | 'drop' | 'keep'
  /** how many of its newest events are kept for a day as they came, for dry runs: 1 to 1,000; none when left out */
  sample?: number
  /** whether the events of bots stay out of profiles, in the lake alone (default), or are kept like a person's */
  bots?: 'exclude' | 'keep'
  budgets?: Budgets
  /** how long what comes by it is kept, where it is not as long as the workspace says */
  retention?: SourceRetention
  /** of a browser source: what verified persons may ask of its pages for themselves (SPEC CO7, CO8); nothing when left out */
  rights?: {
    /** to read and take along all that is kept of them */
    export?: boolean
    /** to be forgotten, after this time, in which they may think better of it: PT1S to P30D */
    forget?: string
  }
  disabled?: boolean
}

/**
 * The whole configuration (SPEC WS). Only `sources` is required.
 *
 * `Id` are the ids of its audiences, `P` its purposes and `When` its conditions: what names one can be checked by types.
 */
export interface Workspace<Id extends string = string, P extends Purpose = Purpose, When = Condition> {
  sources: readonly Source<NoInfer<P>>[]
  purposes?: readonly P[]
  identity?: {
    /** `strict`: a person or contact that nobody vouches for stitches nothing (ID11); `open` when left out */
    mode?: 'open' | 'strict'
    /** whose a device-only event is on a device that several have used: nobody's but the device's (default), or the last one's (ID9) */
    contested?: ContestedRule
    /** values that identify nobody, beside those of ID2 */
    blocked?: readonly string[]
    identifiers?: readonly IdentifierType[]
  }
  /** what events go through before consent and plan are asked (TR), in this order */
  transformations?: readonly Transformation[]
  plan?: TrackingPlan
  audiences?: readonly AudienceDefinition<Id, NoInfer<P>, When>[]
  destinations?: readonly Destination<NoInfer<Id>, NoInfer<P>>[]
  /** how long what is kept; a source may say otherwise for what comes by it */
  retention?: WorkspaceRetention
}

/** A workspace as it is published: a version of it, from 1; 0 is the one built into the Workers. */
export interface PublishedWorkspace {
  version: number
  workspace: Workspace
}
