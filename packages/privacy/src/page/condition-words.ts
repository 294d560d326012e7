import type { Condition } from '@spartito/engine'

type Known = Readonly<Record<string, unknown>>

const comparisons: Readonly<Record<string, string>> = {
  eq: 'is',
  ne: 'is not',
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  in: 'one of',
  nin: 'none of',
  contains: 'contains',
  startsWith: 'begins with',
  endsWith: 'ends with',
  between: 'between',
}

const valueWords = (value: unknown): string =>
  Array.isArray(value)
    ? value.map((one) => String(one)).join(', ')
    : typeof value === 'string'
      ? `“${value}”`
      : String(value)

/** What a value is compared with: `at least 2 and less than 5`. */
const comparisonWords = (said: Known): string =>
  [
    ...Object.entries(comparisons).flatMap(([name, words]) =>
      said[name] === undefined ? [] : [`${words} ${valueWords(said[name])}`],
    ),
    ...(said.exists === undefined ? [] : [said.exists ? 'is there' : 'is not there']),
  ].join(' and ')

const whereWords = ({ where }: Known): string =>
  (Array.isArray(where) ? (where as Known[]) : [])
    .map((predicate, index) => `${index === 0 ? ' where' : ' and'} ${predicate.path} ${comparisonWords(predicate)}`)
    .join('')

const windowWords = (within: unknown): string => {
  if (within === undefined) return ''
  if (typeof within === 'string') return `, within ${within}`
  const { between, calendar, tz } = within as Known
  return Array.isArray(between)
    ? `, from ${between[0]} to ${between[1]} (${tz})`
    : `, ${String(calendar).replace('_', ' ')} (${tz})`
}

const seenWords = (said: Known): string =>
  [
    said.within === undefined ? '' : windowWords(said.within).slice(2),
    said.before === undefined ? '' : `longer ago than ${said.before}`,
  ]
    .filter(Boolean)
    .join(', ')

/** What a condition asks, in words; those that would need many words are their JSON. */
export const conditionWords = (condition: Condition): string => {
  const said = condition as unknown as Known
  if ('agg' in said)
    return `${said.agg} of ${said.of} of “${said.event}”${whereWords(said)} ${comparisonWords(said)}${windowWords(said.within)}`
  if ('event' in said) {
    const count = said.count as Known | undefined
    return `“${said.event}”${whereWords(said)}, ${count ? comparisonWords(count) : 'at least 1'} time(s)${windowWords(said.within)}`
  }
  if ('notPerformed' in said) return `no “${said.notPerformed}”${whereWords(said)}${windowWords(said.within)}`
  if ('trait' in said)
    return `the trait ${said.trait} ${comparisonWords(said)}${said.hasBeenFor === undefined ? '' : `, for ${said.hasBeenFor}`}`
  if ('consent' in said) return `the consent to ${said.consent} is ${said.is}`
  if ('identifier' in said) return `${said.exists === false ? 'has no' : 'has an'} identifier ${said.identifier}`
  if ('audience' in said)
    return `is in the audience ${said.audience}${said.for === undefined ? '' : `, for ${said.for}`}`
  if ('firstSeen' in said) return `first seen ${seenWords(said.firstSeen as Known)}`
  if ('lastSeen' in said) return `last seen ${seenWords(said.lastSeen as Known)}`
  if ('score' in said) return `the score ${said.score} ${comparisonWords(said)}`
  if ('touch' in said) return `the ${said.touch} campaign${whereWords(said)}`
  return JSON.stringify(condition)
}
