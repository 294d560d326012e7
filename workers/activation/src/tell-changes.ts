import { createHash } from 'node:crypto'
import type { AudienceChange } from '@spartito/protocol'
import { inMessages } from './deliveries/outcomes.ts'
import type { Env } from './env.ts'

/** A change as a row of the lake's `changes`. */
const rowOf = (change: AudienceChange) => ({
  emitted_at: change.emittedAt,
  effective_at: change.effectiveAt,
  id: change.id,
  type: change.type,
  audience: change.audience,
  version: change.version,
  profile_id: change.profileId,
  seq: change.seq,
  cause: change.cause,
  cause_id: change.causeId,
  identifiers: JSON.stringify(change.identifiers),
  traits: JSON.stringify(change.traits),
  consent: JSON.stringify(change.consent),
})

/** Tells the lake of a batch's changes, once and not for each destination; a batch that is taken again has the same message. */
export const tellChanges = async (env: Env, changes: readonly AudienceChange[]): Promise<void> => {
  for (const rows of inMessages(changes.map(rowOf))) {
    const id = createHash('sha256')
      .update(rows.map(({ id: its }) => its).join('\n'))
      .digest('hex')
      .slice(0, 32)
    await env.LAKE_ROWS.send(JSON.stringify({ kind: 'changes', id: `changes ${id}`, rows }), { contentType: 'text' })
  }
}
