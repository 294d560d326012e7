import { expect, test } from 'vitest'
import { noon, track } from '../make/event.ts'
import type { Step } from './condition.ts'
import { type History, record } from './history.ts'
import { isSequence } from './sequence.ts'

/** `a0 b5`: a at 0 s, b at 5 s. */
const happened = (text: string): History =>
  record(
    [],
    text
      .split(' ')
      .filter(Boolean)
      .map((word, index) => track(word.charAt(0), noon + Number(word.slice(1)) * 1000, {}, { messageId: `${index}` })),
  )

const a: Step = { event: 'a' }
const b: Step = { event: 'b' }
const c: Step = { event: 'c' }
const soon: Step = { event: 'b', after: { max: 'PT5S' } }
const slow: Step = { event: 'b', after: { min: 'PT5S' } }

test.each<[string, Step[], string, boolean]>([
  ['in order', [a, b, c], 'a0 b1 c2', true],
  ['not in order', [a, b], 'b0 a1', false],
  ['with others between', [a, c], 'a0 b1 c2', true],
  ['strictly later', [a, b], 'a0 b0', false],
  ['distinct events', [a, a], 'a0', false],
  ['distinct events of one name', [a, a], 'a0 a1', true],
  ['at the same instant, two are not one after the other', [a, a], 'a0 a0', false],
  ['max includes its bound', [a, soon], 'a0 b5', true],
  ['max ends there', [a, soon], 'a0 b5.001', false],
  ['min includes its bound', [a, slow], 'a0 b5', true],
  ['min begins there', [a, slow], 'a0 b4.999', false],
  ['some later choice may hold', [a, soon], 'a0 a8 b9', true],
  [
    'the greedy choice of the second fails, another holds',
    [a, b, { event: 'c', after: { max: 'PT1S' } }],
    'a0 b1 b8 c9',
    true,
  ],
  ['a step that is too early is not the last word', [a, slow], 'a0 b1 b6', true],
  ['of one step', [a], 'a0', true],
  ['of one step that did not happen', [a], 'b0', false],
])('AU: a sequence, %s', (_rule, steps, text, expected) => {
  expect(isSequence(steps, happened(text), [])).toBe(expected)
})

test.each<[string, Step[], string, boolean]>([
  ['between', [a, b], 'a0 x1 b2', false],
  ['before', [a, b], 'x0 a1 b2', true],
  ['after', [a, b], 'a1 b2 x3', true],
  ['with the first', [a, b], 'a0 x0 b2', true],
  ['with the last', [a, b], 'a0 x2 b2', true],
  ['between, but another choice has none', [a, b], 'a0 x1 a2 b3', true],
  ['between inner steps', [a, b, c], 'a0 b1 x2 c3', false],
])('AU: none, when it occurs %s', (_rule, steps, text, expected) => {
  const history = happened(text)
  const forbidden = history.filter((event) => event.event === 'x')
  expect(isSequence(steps, history, forbidden)).toBe(expected)
})
