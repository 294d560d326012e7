import { expect, test } from 'vitest'
import { runFaults } from './run-faults.ts'

test('kill -9 of the whole runtime under load loses nothing, doubles nothing, and delivers every change', async () => {
  const report = await runFaults({ kills: 3, events: 300, seed: 20_261_121, log: () => undefined })
  expect(report.violations).toEqual([])
  expect(report.kills).toBeGreaterThanOrEqual(3)
  expect(report.acknowledged).toBeGreaterThanOrEqual(300)
  expect(report.acknowledged).toBe(report.made)
  expect(report.changes).toBeGreaterThan(0)
})
