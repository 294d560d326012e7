import { expect, test } from 'vitest'
import { verdictOf } from '../row.ts'
import type { Delivery } from './delivery.ts'
import { deliveryRows, type Outcome } from './delivery-rows.ts'
import { staying } from './scenarios.ts'

const delivery = (stored: number, storedAgain = 0, sentAgain = storedAgain): Delivery => ({
  stored,
  storedAgain,
  sentAgain,
})
const outcome = (name: string, ...turns: Delivery[]): Outcome => ({ scenario: staying, name, turns })

const verdicts: [what: string, ours: Delivery[], verdicts: string[]][] = [
  ['everything once', [delivery(20), delivery(20)], ['kept', 'kept', '']],
  ['one event lost in one turn', [delivery(20), delivery(19)], ['BROKEN', 'kept', '']],
  ['one event stored twice in one turn', [delivery(20, 1), delivery(20)], ['kept', 'BROKEN', '']],
  ['one event sent twice and stored once', [delivery(20, 0, 1), delivery(20)], ['kept', 'kept', '']],
  ['a turn that failed', [delivery(Number.NaN, Number.NaN), delivery(20)], ['BROKEN', 'BROKEN', '']],
]

test.each(verdicts)('%s', (_what, ours, expected) => {
  expect(deliveryRows('ours', [outcome('ours', ...ours)]).map(verdictOf)).toEqual(expected)
})

test('the best peer is the one whose worst turn is best, and every peer is in the note', () => {
  const [row] = deliveryRows('ours', [
    outcome('ours', delivery(20), delivery(20)),
    outcome('unsteady', delivery(20), delivery(0)),
    outcome('steady', delivery(12, 3), delivery(12)),
  ])
  expect(row!.peer).toEqual({ what: 'steady, best of 2', value: 12 })
  expect(row!.note).toBe('unsteady 20, 0; steady 12, 12 and 3 again')
})
