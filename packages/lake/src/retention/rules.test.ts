import { expect, test } from 'vitest'
import { type KeptFor, retentionRules } from './rules.ts'

const endless = Number.POSITIVE_INFINITY

const kept = (ms: number, bySource: Record<string, number> = {}): KeptFor => {
  const own = new Map(Object.entries(bySource))
  return { ms, bySource: own, longestMs: Math.max(ms, ...own.values()) }
}

// biome-ignore format: a row a rule
const rules: [rule: string, kept: KeptFor, after: number, gone: string[]][] = [
  ['nothing is said', kept(endless), 1_000, []],
  ['all is kept as long', kept(30), 29, []],
  ['and its time is over', kept(30), 30, ['web', 'app', 'old']],
  ['a source is kept for a shorter time', kept(30, { app: 10 }), 10, ['app']],
  ['and for a longer one', kept(30, { app: 90 }), 30, ['web', 'old']],
  ['that is over, too', kept(30, { app: 90 }), 90, ['web', 'app', 'old']],
  ['for a time in what is without end', kept(endless, { app: 10 }), 500, ['app']],
  ['without end in what is for a time', kept(30, { app: endless }), 500, ['web', 'old']],
]
test.each(rules)('RT %s', (_rule, its, after, gone) => {
  const due = retentionRules(its).filter(({ ms }) => ms <= after)
  const goes = (source: string): boolean => due.some(({ isGone }) => isGone === undefined || isGone(source))
  expect(['web', 'app', 'old'].filter(goes)).toEqual(gone)
})
