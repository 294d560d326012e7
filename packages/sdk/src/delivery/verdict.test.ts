import { expect, test } from 'vitest'
import { isFinal, isStored } from './verdict.ts'

const isTemporary = (status: number): boolean => status < 200 || (status >= 300 && status <= 399) || status >= 500

const statuses = Array.from({ length: 500 }, (_, index) => 100 + index)

test.each(statuses)('QU1 a status of %i', (status) => {
  expect(isFinal(status)).toBe(!isTemporary(status) && status !== 408 && status !== 429)
  expect(isStored(status)).toBe(status >= 200 && status <= 299)
})

test('QU1 no answer is tried again', () => {
  expect(isFinal(undefined)).toBe(false)
  expect(isStored(undefined)).toBe(false)
})
