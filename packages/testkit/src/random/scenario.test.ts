import { test } from 'vitest'
import { simulate } from '../oracle/simulate.ts'
import { randomScenario } from './scenario.ts'

test('speed', () => {
  let n = 0
  const t = performance.now()
  const N = 200
  const byCause: Record<string, number> = {}
  let none = 0
  for (let s = 0; s < N; s++) {
    const sc = randomScenario(s)
    const o = simulate(sc, () => 0.3)
    n += o.changes.length
    if (o.changes.length === 0) none++
    for (const c of o.changes) byCause[c.cause] = (byCause[c.cause] ?? 0) + 1
  }
  console.log((performance.now() - t) / N, 'ms each', n / N, 'changes', byCause, none)
})
