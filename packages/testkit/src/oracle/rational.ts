/** An exact number: sums of money must not depend on how binary fractions round (SPEC AU: money is summed exactly). */
export interface Rational {
  numerator: bigint
  /** positive */
  denominator: bigint
}

export const isRational = (value: unknown): value is Rational =>
  typeof value === 'object' && value !== null && 'numerator' in value && typeof value.numerator === 'bigint'

/** The number that its shortest decimal text names: 0.1 is one tenth. */
export const exactly = (value: number): Rational => {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = BigInt(whole + fraction)
  const power = Number(exponent) - fraction.length
  return power >= 0
    ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-power) }
}

export const add = (a: Rational, b: Rational): Rational =>
  a.denominator === b.denominator
    ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
    : {
        numerator: a.numerator * b.denominator + b.numerator * a.denominator,
        denominator: a.denominator * b.denominator,
      }

export const divide = (a: Rational, count: number): Rational => ({
  numerator: a.numerator,
  denominator: a.denominator * BigInt(count),
})

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
