/** How many deliveries took how long: `counts[n]` those of up to `boundMs(n)`. */
export type Latencies = readonly number[]

const perDouble = 4
const places = 27 * perDouble + 1

/** Four bounds in each doubling, from 1 ms to more than a day: what is told is at most a fifth too much. */
const boundMs = (place: number): number => 2 ** (place / perDouble)

export const noteLatency = (latencies: Latencies, latencyMs: number): number[] => {
  const place = Math.min(places - 1, Math.max(0, Math.ceil(Math.log2(Math.max(1, latencyMs)) * perDouble)))
  const next = [...latencies]
  while (next.length <= place) next.push(0)
  next[place]!++
  return next
}

export const addLatencies = (a: Latencies, b: Latencies): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, place) => (a[place] ?? 0) + (b[place] ?? 0))

/** The latency that a share of all stays within, in ms; null when there are none. @param share in (0, 1] */
export const latencyWithin = (latencies: Latencies, share: number): number | null => {
  const all = latencies.reduce((sum, count) => sum + count, 0)
  let counted = 0
  for (const [place, count] of latencies.entries()) {
    counted += count
    if (count > 0 && counted >= all * share) return Math.round(boundMs(place))
  }
  return null
}
