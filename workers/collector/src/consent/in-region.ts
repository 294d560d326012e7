import type { ConsentLaw, ConsentSignals } from '@spartito/protocol'
import {
  type CompiledWorkspace,
  lawIn,
  lawOf,
  type Source,
  strictestLawIn,
  type VisitorRegion,
} from '@spartito/workspace'

/** Sources as they are under another law than their own, so that a request makes none. */
const derived = new WeakMap<Source, Map<ConsentLaw, Source>>()

const under = (source: Source, law: ConsentLaw): Source => {
  if (law === lawOf(source)) return source
  const byLaw = derived.get(source) ?? new Map<ConsentLaw, Source>()
  derived.set(source, byLaw)
  const its = byLaw.get(law) ?? { ...source, consent: { ...source.consent, policy: law } }
  byLaw.set(law, its)
  return its
}

/** A source with the law that holds for an event of which the country alone is known by now: the strictest there. */
export const inCountry = (source: Source, country: string | undefined): Source =>
  source.consent?.byRegion ? under(source, strictestLawIn(source.consent, country)) : source

/** The source of a request with the law that holds (SPEC CO3) where the network says that it comes from. */
export const underLaw = (source: Source, { cf }: Request): Source => {
  // Nearly no source has several, and this is asked with each request.
  if (!source.consent?.byRegion) return source
  const { country, regionCode } = (cf ?? {}) as VisitorRegion
  return under(source, lawIn(source.consent, { country, regionCode }))
}

/** Where a request comes from, such as `US-CA`; as finely as laws are told apart. */
export const regionOf = ({ cf }: Request): string | undefined => {
  const { country, regionCode } = (cf ?? {}) as VisitorRegion
  return country !== undefined && regionCode ? `${country}-${regionCode}` : country
}

/** Whether a visitor's browser asks not to be sold or shared, and a law listens. https://www.w3.org/TR/gpc/ */
export const isPrivate = ({ headers }: Request, { kind, consent }: Source): boolean =>
  kind === 'browser' && consent?.policy !== 'none' && headers.get('sec-gpc') === '1'

/** What a request and its source say about consent; undefined when that is nothing. */
export const signalsOf = (
  request: Request,
  source: Source,
  { purposes }: Pick<CompiledWorkspace, 'purposes'>,
): ConsentSignals | undefined => {
  const refused = isPrivate(request, source) ? purposes : []
  const names = source.consent?.names
  return names || refused.length > 0 ? { names, refused } : undefined
}
