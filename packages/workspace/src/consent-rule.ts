import type { ConsentLaw, Purpose } from '@spartito/protocol'

/** What holds for visitors of some countries (`US`) or parts of one (`US-CA`), by ISO 3166-1 and 3166-2. */
export interface RegionRule {
  regions: readonly string[]
  policy: ConsentLaw
}

/** How a source takes consent (SPEC CO1, CO3). */
export interface ConsentRule<P extends Purpose = Purpose> {
  /** what an unknown purpose means; `opt-in` when left out */
  policy?: ConsentLaw
  /** of a browser source: other policies by where the visitor is; the first that fits */
  byRegion?: readonly RegionRule[]
  /** the purposes of a consent manager's own categories, by their names there */
  names?: Readonly<Record<string, P>>
}

/** Where a request comes from; the parts that are known. */
export interface VisitorRegion {
  /** ISO 3166-1, two letters */
  country?: string | undefined
  /** ISO 3166-2 without the country, such as `CA` */
  regionCode?: string | undefined
}

/** The law that holds for a visitor. Who is nowhere known has the source's own. */
export const lawIn = (
  { policy = 'opt-in', byRegion = [] }: ConsentRule,
  { country, regionCode }: VisitorRegion,
): ConsentLaw => {
  if (country === undefined) return policy
  const part = `${country}-${regionCode}`
  return byRegion.find(({ regions }) => regions.includes(country) || regions.includes(part))?.policy ?? policy
}

/** From the least to the most that a law asks for. */
const byStrictness: readonly ConsentLaw[] = ['none', 'opt-out', 'opt-in']

/** The strictest law of a country's parts and of the country: for somebody of whom no more is known by now. */
export const strictestLawIn = (rule: ConsentRule, country: string | undefined): ConsentLaw => {
  const ofParts = (rule.byRegion ?? [])
    .filter(({ regions }) => country !== undefined && regions.some((region) => region.startsWith(`${country}-`)))
    .map(({ policy }) => policy)
  const laws = [lawIn(rule, { country }), ...ofParts]
  return byStrictness.findLast((law) => laws.includes(law))!
}

/** The law of a source by itself. */
export const lawOf = ({ consent }: { consent?: ConsentRule }): ConsentLaw => consent?.policy ?? 'opt-in'
