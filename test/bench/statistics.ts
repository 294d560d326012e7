const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

/** @param share in [0, 1]; the nearest rank, so that every answer is a value that was measured; NaN of nothing */
export const percentile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN

/** The middle value, or the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const ordered = sorted(values)
  const middle = ordered.length / 2
  return ((ordered[Math.ceil(middle) - 1] ?? Number.NaN) + (ordered[Math.floor(middle)] ?? Number.NaN)) / 2
}

export const spread = (values: readonly number[]): [low: number, high: number] => [
  Math.min(...values),
  Math.max(...values),
]

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
