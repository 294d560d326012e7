import type { AudienceChange, EpochMs, IdentifierType, Purpose } from '@spartito/protocol'
import type { CompiledAudiences } from '../audience/compile.ts'
import type { DurationMs } from '../audience/time/duration.ts'
import type { ContestedRule } from '../identity/ownership.ts'
import type { VisitorState } from './state.ts'

/** What a Visitor object needs of the workspace to decide. */
export interface Plan {
  version: number
  audiences: CompiledAudiences
  identifierTypes: readonly IdentifierType[]
  /** as `blockedValues` gives them (ID2) */
  blocked: readonly string[]
  /** whose a device-only event of a contested device is (ID9) */
  contested: ContestedRule
  /** how long a profile without a person or a contact may be idle before it expires (ID15) */
  anonymousMs: DurationMs
  /** the purposes of each destination that hears of audiences, each set once (CO6) */
  destinationPurposes?: readonly (readonly Purpose[])[]
  /** how long events are whole, where that is less than PR1 says (SPEC RT): by their source, and of the shortest of them; absent where nothing is less */
  whole?: { shortestMs: DurationMs; of(source: string): DurationMs }
  /** whether a person or contact that nobody vouches for stitches nothing (ID11) */
  isStrict?: boolean
}

/** An addition to the ledger: text for one block of one fragment, lines of `<commit>\t<event as JSON>`. */
export interface LedgerAppend {
  fragment: number
  block: number
  /** whether the block is new */
  isNew: boolean
  /** hashes of the messageIds, 11 characters each */
  hashes: string
  lines: string
}

/** A block of the ledger in its new form; one without lines is deleted. */
export interface LedgerRewrite {
  fragment: number
  block: number
  hashes: string
  lines: string
  /** hashes of the messageIds that the block has no longer */
  dropped: readonly string[]
}

/** What to store and to send once a decision is taken; the shell stores all of it in one transaction, then sends. */
export interface Step {
  state: VisitorState
  changes: AudienceChange[]
  appends: LedgerAppend[]
  rewrites?: LedgerRewrite[]
  /** what else goes of the ledger: all of it, its lines and not their hashes, the hashes that have no lines (ID15), or fragments */
  forgets?: 'ledger' | 'lines' | 'hashes' | readonly number[]
}

/** What the reducer may ask of the stored profile; synchronous, and the same within one transaction. */
export interface Ledger {
  /** whether this profile has the messageId already (WI9) */
  has(hash: string): boolean
  /** the blocks of a fragment after one, oldest first, as texts of lines (`parseLedger`) */
  blocks(fragment: number, after?: number): Iterable<{ block: number; lines: string }>
}

export interface Clock {
  /** epoch ms, the collector's clock, never the device's */
  now: EpochMs
}
