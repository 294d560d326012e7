import { createHash } from 'node:crypto'
import { formatEventUnit, refusal } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { eventUnits } from '../visitor/event-units.ts'
import { type ParsedEvent, reject } from './parse.ts'
import type { Routed } from './route.ts'
import type { Ruled } from './rules.ts'

const isBots = ({ event }: ParsedEvent, { bots }: Source): boolean => event.context?.bot === true && bots !== 'keep'

/** Parts what bots sent from what goes on to profiles, or would wait for a mend to go there (SPEC WI13). */
export const partBots = (ruled: Ruled, source: Source): { ruled: Ruled; bots: ParsedEvent[] } => {
  const { events, held } = ruled
  const bots = [...events, ...held].filter((item) => isBots(item, source))
  if (bots.length === 0) return { ruled, bots }
  const isNone = (item: ParsedEvent): boolean => !isBots(item, source)
  return { ruled: { ...ruled, events: events.filter(isNone), held: held.filter(isNone) }, bots }
}

/** By what is in it, so that a request that comes again counts once. */
const nameOf = (bots: readonly ParsedEvent[], source: Source): string =>
  `bots-${createHash('sha256')
    .update([source.id, ...bots.map(({ event }) => event.messageId)].join('\n'))
    .digest('hex')
    .slice(0, 32)}`

/**
 * Sends the events of bots to the lake past all objects: there they are counted too. No object keeps them meanwhile, so they are as durable as
 * the queue is, which on the network holds them before this resolves.
 */
export const keepBots = async (
  env: Env,
  bots: readonly ParsedEvent[],
  source: Source,
  routed: Routed,
): Promise<void> => {
  const texts = bots.map(({ json }) => json)
  const message = `a bot's user agent: the event is kept out of profiles; "bots": "keep" at the source ${source.id} takes it like a person's`
  try {
    for (const unit of eventUnits(nameOf(bots, source), '', 0, texts, undefined))
      await env.EVENTS.send(formatEventUnit({ ...unit, visitor: '', code: 'bot' }), { contentType: 'text' })
    for (const { index, event } of bots) routed.keptOut.push(reject(index, event.messageId, refusal('bot', message)))
  } catch (error) {
    routed.failures.push(error)
  }
}
