export type Properties = Record<string, unknown>

/** A tracking plan: event names and their properties. */
export type Plan = Record<string, object>

/** The plan of a client without one: any event, any properties. */
export type AnyPlan = Record<string, Properties>

/** The rest of `track`'s arguments: properties may be left out when none is required. */
export type TrackArguments<Properties> =
  Record<never, never> extends Properties ? [properties?: Properties] : [properties: Properties]
