import { type AudienceDefinition, type Condition, kindOf, orderByDependency } from '@spartito/engine'
import type { Fault } from './fault.ts'

/** What conditions may name. */
export interface Names {
  audiences: ReadonlySet<string>
  purposes: ReadonlySet<string>
  identifierTypes: ReadonlySet<string>
}

/** Every condition of a tree with its path. */
export function* conditionsOf(condition: Condition, path: string): Generator<[path: string, Condition]> {
  yield [path, condition]
  if ('all' in condition)
    for (const [i, part] of condition.all.entries()) yield* conditionsOf(part, `${path}.all[${i}]`)
  else if ('any' in condition)
    for (const [i, part] of condition.any.entries()) yield* conditionsOf(part, `${path}.any[${i}]`)
  else if ('not' in condition) yield* conditionsOf(condition.not, `${path}.not`)
}

const unknownName = (path: string, what: string, name: string, known: ReadonlySet<string>): Fault[] =>
  known.has(name)
    ? []
    : [
        {
          path,
          message: `${path} names the ${what} "${name}", which the workspace does not define: it has ${[...known].join(', ') || 'none'}`,
        },
      ]

const faultsOf = (condition: Condition, path: string, names: Names): Fault[] => {
  switch (kindOf(condition)) {
    case 'audience':
      return unknownName(`${path}.audience`, 'audience', (condition as { audience: string }).audience, names.audiences)
    case 'consent':
      return unknownName(`${path}.consent`, 'purpose', (condition as { consent: string }).consent, names.purposes)
    case 'identifier':
      return unknownName(
        `${path}.identifier`,
        'identifier type',
        (condition as { identifier: string }).identifier,
        names.identifierTypes,
      )
    default:
      return []
  }
}

const whenPath = (index: number): string => `audiences[${index}].when`

/** Circles of audiences that depend on one another, by name: nothing could be decided first. */
const circleFaults = (audiences: readonly AudienceDefinition[]): Fault[] => {
  const needs = new Map(
    audiences.map(({ id, when }) => [
      id,
      [...conditionsOf(when, '')].flatMap(([, condition]) => ('audience' in condition ? [condition.audience] : [])),
    ]),
  )
  const { circle } = orderByDependency(needs)
  if (!circle) return []
  const path = whenPath(audiences.findIndex(({ id }) => id === circle[0]))
  return [
    {
      path,
      message: `${path} depends on itself: ${circle.join(' → ')}. Take one of them out of the circle`,
    },
  ]
}

/** What is wrong with the conditions of audiences beyond their shape: names that nobody defined, and circles. */
export const conditionFaults = (audiences: readonly AudienceDefinition[], names: Names): Fault[] => [
  ...audiences.flatMap(({ when }, index) =>
    [...conditionsOf(when, whenPath(index))].flatMap(([path, condition]) => faultsOf(condition, path, names)),
  ),
  ...circleFaults(audiences),
]
