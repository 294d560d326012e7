import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noLines, packLines, unpackLines } from '../src/visitor/packed-lines.ts'

const line = fc.oneof(
  fc.string().map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom(
    '',
    '|',
    '9|',
    `1\t{"messageId":"a","context":{"page":"/"}}`,
    `2\t{"messageId":"é","context":{"page":"/"}}`,
  ),
)

test('lines come back as they were, however they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.array(line, { minLength: 1, maxLength: 5 }), { maxLength: 10 }), (additions) => {
      const texts = additions.map((lines) => `${lines.join('\n')}\n`)
      const { packed, last } = texts.reduce(packLines, noLines)
      expect(unpackLines(packed)).toEqual({ lines: texts.join(''), last })
    }),
  )
})

test('of what events have alike the end is kept once', () => {
  const context = JSON.stringify({ userAgent: 'x'.repeat(500), locale: 'it-IT' })
  const lines = Array.from({ length: 40 }, (_, n) => `${n}\t{"messageId":"m-${n}","context":${context}}\n`)
  const { packed } = lines.reduce(packLines, noLines)
  expect(lines.join('').length).toBeGreaterThan(20_000)
  expect(packed.length).toBeLessThan(2_000)
})
