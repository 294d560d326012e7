/**
 * The instants at which a kill is tried. Each but `alarm` stands right before or right after a step of SPEC DE1:
 * `…send` after the commit and before the queue has the message, `…taken` before its consumer does anything, `…confirm`
 * when the consumer has done its work, `…confirmed` when the visitor has heard of it and the queue has not.
 *
 * Those of a merge (SPEC ID12) stand around each thing that the survivor asks of the loser: before it, with the step before
 * stored; at the loser when what it stores of it is stored; and when the survivor has the answer and has stored nothing.
 * Those of a delivery: `delivery.stored` when its object has stored it, and whoever brought it has not heard; `delivery.ask` before
 * consent is asked, and so before its request; `outcome.tell` when it is settled and the lake has not heard; `replay.read` before what
 * was parked waits again. Of a sync, `sync.page` is before a page is read, `sync.taken` when its deliveries are stored and the page is not.
 *
 * `erasure` is after each thing that an erasure asks of an object or of KV, when that is done and the erasure has stored nothing; it carries
 * the name of what was asked.
 *
 * `ingested` is an object that has stored all that followed from a request, and has not answered.
 */
export type Checkpoint =
  | 'alarm'
  | 'ingested'
  | 'erasure'
  | 'claim.ask'
  | 'claim.stored'
  | 'claim.asked'
  | 'page.pull'
  | 'page.pulled'
  | 'close.tell'
  | 'close.stored'
  | 'close.told'
  | 'changes.send'
  | 'changes.taken'
  | 'changes.confirm'
  | 'changes.confirmed'
  | 'delivery.stored'
  | 'delivery.ask'
  | 'outcome.tell'
  | 'replay.read'
  | 'sync.page'
  | 'sync.taken'
  | 'events.send'
  | 'events.taken'
  | 'events.confirm'
  | 'events.confirmed'

/** A Worker at a checkpoint. */
export interface Passage {
  checkpoint: Checkpoint
  /** what it is about to send, or has received, as text; the names of the visitors are in it */
  carries: string
}

export interface CheckpointEnv {
  /** where the test answers; each Worker that is wrapped has it as a variable */
  CHECKPOINTS: string
}

/**
 * Tells the test, and goes on when the test answers. The runtime lets no request out of an object before what the object
 * wrote is on disk: when the test hears of a checkpoint after a commit, the commit is durable.
 */
export const passCheckpoint = async (env: CheckpointEnv, checkpoint: Checkpoint, carries: string): Promise<void> => {
  const passage: Passage = { checkpoint, carries }
  const response = await fetch(env.CHECKPOINTS, { method: 'POST', body: JSON.stringify(passage) })
  await response.body?.cancel()
}
