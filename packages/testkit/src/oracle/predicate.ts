import type { Json } from '@spartito/protocol'
import type { Operators, Predicate } from './condition.ts'
import { compare, exactly, isRational, type Rational } from './rational.ts'

/** What operators look at; null is as good as missing. */
export type Subject = Json | undefined | Rational

/** Compares numbers; NaN, which no comparison accepts, for everything else (SPEC AU: no coercion). */
const difference = (subject: Subject, operand: Json): number => {
  if (typeof operand !== 'number') return Number.NaN
  if (isRational(subject)) return compare(subject, exactly(operand))
  return typeof subject === 'number' ? subject - operand : Number.NaN
}

const equals = (subject: Subject, operand: Json): boolean =>
  isRational(subject) ? difference(subject, operand) === 0 : subject === operand

const contains = (subject: Subject, operand: Json): boolean => {
  if (Array.isArray(subject)) return subject.some((member) => member === operand)
  return typeof subject === 'string' && typeof operand === 'string' && subject.includes(operand)
}

const isText = (subject: Subject): subject is string => typeof subject === 'string'

/** Whether ALL the operators hold. A missing value fails every one of them but `exists: false`. */
export const satisfies = (operators: Operators, subject: Subject): boolean => {
  const {
    eq,
    ne,
    in: members,
    nin,
    gt,
    gte,
    lt,
    lte,
    between,
    contains: part,
    startsWith,
    endsWith,
    exists,
  } = operators
  if (subject === undefined || subject === null) {
    const { exists: _, ...others } = pickOperators(operators)
    return exists === false && Object.keys(others).length === 0
  }
  if (exists === false) return false
  if (eq !== undefined && !equals(subject, eq)) return false
  if (ne !== undefined && equals(subject, ne)) return false
  if (members !== undefined && !members.some((member) => equals(subject, member))) return false
  if (nin?.some((member) => equals(subject, member))) return false
  if (gt !== undefined && !(difference(subject, gt) > 0)) return false
  if (gte !== undefined && !(difference(subject, gte) >= 0)) return false
  if (lt !== undefined && !(difference(subject, lt) < 0)) return false
  if (lte !== undefined && !(difference(subject, lte) <= 0)) return false
  if (between !== undefined) {
    if (!(difference(subject, between[0]) >= 0 && difference(subject, between[1]) <= 0)) return false
  }
  if (part !== undefined && !contains(subject, part)) return false
  if (startsWith !== undefined && !(isText(subject) && subject.startsWith(startsWith))) return false
  if (endsWith !== undefined && !(isText(subject) && subject.endsWith(endsWith))) return false
  return true
}

const operatorNames = [
  'eq',
  'ne',
  'in',
  'nin',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'contains',
  'startsWith',
  'endsWith',
  'exists',
] as const

/** The operators among the keys of a condition. */
export const pickOperators = (condition: object): Operators =>
  Object.fromEntries(Object.entries(condition).filter(([key]) => operatorNames.includes(key as 'eq')))

const member = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined

/** All that a path leads to. `[*]` of what is no list is one missing value, of an empty list none. */
export const valuesAt = (root: Json | undefined, path: string): (Json | undefined)[] => {
  let values: (Json | undefined)[] = [root]
  for (const segment of path.split('.')) {
    const [key = '', ...stars] = segment.split('[*]')
    values = values.map((value) => member(value, key))
    for (const _ of stars) values = values.flatMap((value) => (Array.isArray(value) ? value : [undefined]))
  }
  return values
}

/** Whether a predicate holds of an object. */
export const matches = (predicate: Predicate, root: Json | undefined): boolean => {
  const operators = pickOperators(predicate)
  const values = valuesAt(root, predicate.path)
  return predicate.every
    ? values.every((value) => satisfies(operators, value))
    : values.some((value) => satisfies(operators, value))
}
