/**
 * An exact decimal number: `units` · 10^−scale. The platform's BigInt does the arithmetic and a number's shortest text
 * says which decimal a client meant, so no library of digit arrays is needed.
 */
export interface Decimal {
  units: bigint
  scale: number
}

export const zero: Decimal = { units: 0n, scale: 0 }

const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** Reads a decimal, also as JavaScript prints numbers (`1e-7`). */
export const readDecimal = (text: string): Decimal => {
  const [, sign, whole, fraction = '', exponent = '0'] = parts.exec(text)!
  const scale = fraction.length - Number(exponent)
  const units = BigInt(`${sign}${whole}${fraction}${'0'.repeat(Math.max(0, -scale))}`)
  return { units, scale: Math.max(0, scale) }
}

/** Most numbers are money or counts: up to six decimals and fifteen digits in all need no text. */
const shortScale = 6
const shortUnits = 1e15

/** The decimal that a finite number is written as: 0.1 is a tenth. */
export const decimalOf = (value: number): Decimal => {
  if (Number.isSafeInteger(value)) return { units: BigInt(value), scale: 0 }
  const units = Math.round(value * 10 ** shortScale)
  return Math.abs(units) < shortUnits && units / 10 ** shortScale === value
    ? { units: BigInt(units), scale: shortScale }
    : readDecimal(String(value))
}

export const writeDecimal = ({ units, scale }: Decimal): string => {
  if (scale === 0) return String(units)
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction === '' ? '' : `.${fraction}`}`
}

const raise = ({ units, scale }: Decimal, to: number): bigint =>
  to === scale ? units : units * 10n ** BigInt(to - scale)

export const addDecimals = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale)
  return { units: raise(a, scale) + raise(b, scale), scale }
}

/** @param factor a whole number */
export const timesWhole = ({ units, scale }: Decimal, factor: number): Decimal => ({
  units: units * BigInt(factor),
  scale,
})

/** Below 0, 0 or above, as a − b is. */
export const compareDecimals = (a: Decimal, b: Decimal): number => {
  const scale = Math.max(a.scale, b.scale)
  const difference = raise(a, scale) - raise(b, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
