import { expect, test } from 'vitest'
import { textTable } from './text-table.ts'

test('the widest columns are cut until all fit the terminal', () => {
  const table = textTable([{ name: 'id' }, { name: 'text' }], [['1', 'x'.repeat(200)]], 40)
  const lines = table.split('\n')
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(40)
  expect(lines[3]).toMatch(/^│ 1 +│ x+… │$/)
})

test('a table that nobody looks at has all of each cell', () => {
  expect(textTable([{ name: 'text' }], [['x'.repeat(500)]], Number.POSITIVE_INFINITY)).toContain('x'.repeat(500))
})

test('a table without rows has its head', () => {
  expect(textTable([{ name: 'n', isNumber: true }], [], 80).split('\n')).toEqual(['┌───┐', '│ n │', '├───┤', '└───┘'])
})
