import { type ConsentSignals, exceedsBytes, isDecision, limits, refusal } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { stampDecision } from '../consent/stamp-decision.ts'
import { enrichEvent } from '../enrich/enrich-event.ts'
import type { Client } from '../enrich/read-client.ts'
import { type Built, type Parsed, reject } from './parse.ts'

/** Adds to each event what its request says about it, and makes the text that it is kept as. The limit is of what was sent (SPEC WI3). */
export const enrich = (
  built: Built,
  client: Client,
  source: Source,
  request: Request,
  signals?: ConsentSignals | undefined,
): Parsed => {
  const parsed: Parsed = { events: [], rejected: [...built.rejected] }
  for (const { index, event: sent } of built.events) {
    const enriched = enrichEvent(sent, client, source, signals)
    const event = isDecision(sent) ? stampDecision(enriched, request, source) : enriched
    const json = JSON.stringify(event)
    if (exceedsBytes(json, limits.eventBytes) && exceedsBytes(JSON.stringify(sent), limits.eventBytes)) {
      const message = `the event has more than ${limits.eventBytes} bytes as JSON: send less of it`
      parsed.rejected.push(reject(index, sent.messageId, refusal('too_large_event', message)))
    } else parsed.events.push({ index, event, json })
  }
  return parsed
}
