/** How a page with a tag and its events ends. */
export type Scenario = {
  what: string
  latencyMs: number
  /** ours is known to lose events here: the row has no budget until that is mended */
  isUnsolved?: true
} & (
  | { kind: 'stay' }
  | { kind: 'leave'; start: 'warm' | 'cold'; to: 'with' | 'without' }
  | { kind: 'outage'; start: 'warm' | 'cold'; how: 'refused' | 'unavailable' | 'offline' }
  | { kind: 'kill'; afterMs: number }
)

const leaving = (start: 'warm' | 'cold', to: 'with' | 'without', latencyMs: number): Scenario => ({
  what: `leaving ${start}, to a page ${to} the tag, ${latencyMs} ms`,
  kind: 'leave',
  start,
  to,
  latencyMs,
})
const outage = (how: 'refused' | 'unavailable' | 'offline', what: string): Scenario => ({
  what,
  kind: 'outage',
  start: 'warm',
  how,
  latencyMs: 0,
})
const kill = (afterMs: number): Scenario => ({
  what: `connections refused, browser killed after ${afterMs / 1_000} s`,
  kind: 'kill',
  afterMs,
  latencyMs: 0,
})

/** Nothing goes wrong: what shows that a tag is set up right, and its events are counted right. */
export const staying: Scenario = { what: 'staying on the page', kind: 'stay', latencyMs: 0 }

export const scenarios: readonly Scenario[] = [
  staying,
  ...([0, 100] as const).flatMap((latencyMs) =>
    (['warm', 'cold'] as const).flatMap((start) =>
      (['with', 'without'] as const).map((to) => leaving(start, to, latencyMs)),
    ),
  ),
  outage('refused', 'connections refused, then taken again'),
  outage('unavailable', 'answered 503, then again as ever'),
  outage('offline', 'browser offline, then back'),
  {
    what: 'leaving cold while connections are refused, then taken again',
    kind: 'outage',
    start: 'cold',
    how: 'refused',
    latencyMs: 0,
    isUnsolved: true,
  },
  kill(1_000),
  kill(8_000),
]
