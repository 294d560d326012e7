import { createHash } from 'node:crypto'
import { packRows } from '@spartito/lake'
import type { AudienceChange } from '@spartito/protocol'
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
  const rows = changes.map((change) => ({ id: change.id, json: JSON.stringify(rowOf(change)) }))
  for (const pack of packRows(rows)) {
    const id = createHash('sha256')
      .update(pack.map(({ id: its }) => its).join('\n'))
      .digest('hex')
      .slice(0, 32)
    const message = `{"kind":"changes","id":"changes ${id}","rows":[${pack.map(({ json }) => json).join()}]}`
    await env.LAKE_ROWS.send(message, { contentType: 'text' })
  }
}
