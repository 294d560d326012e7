import { type Event, isObject, type JsonObject } from '@spartito/protocol'
import { lawOf, type Source } from '@spartito/workspace'
import { regionOf } from './in-region.ts'

/**
 * A decision on consent with what its record needs and no page can say (SPEC CO1): the law that held, where the visitor was, and
 * whether the browser asked by Global Privacy Control. A server's word on its visitor's place is kept.
 *
 * @param source with the law that holds where the visitor is
 */
export const stampDecision = (event: Event, request: Request, source: Source): Event => {
  const { context = {} } = event
  const said = isObject(context.consent) ? (context.consent as JsonObject) : {}
  const { gpc: _gpc, region: itsRegion, ...rest } = said
  const isServer = source.kind === 'server'
  // Who keeps no address keeps no place that comes from it.
  const region = isServer ? itsRegion : source.ip === 'drop' ? undefined : regionOf(request)
  const consent: JsonObject = { ...rest, law: lawOf(source) }
  if (region !== undefined) consent.region = region
  if (!isServer && request.headers.get('sec-gpc') === '1') consent.gpc = true
  return { ...event, context: { ...context, consent } }
}
