import { identifierSubject, type PublishedSuppressions, profileSubject, suppressionsOf } from '@spartito/engine'
import type { LakeMessage } from '@spartito/lake'
import { describe, expect, test } from 'vitest'
import { withoutSuppressed } from '../src/suppressed/refuse-suppressed.ts'

const until = Date.parse('2026-01-31T12:00:00Z')
const later = until + 1
const hash = (key: string, text: string): string => `${key} ${text}`
const published: PublishedSuppressions = {
  key: 'K',
  until: {
    [hash('K', profileSubject('ANN'))]: until,
    [hash('K', identifierSubject({ type: 'user_id', value: 'ann' }))]: until,
  },
}
const suppressed = suppressionsOf(published, hash)
const held = (userId: string, timestamp: number) =>
  JSON.stringify({ messageId: 'm', type: 'track', source: 'web', userId, timestamp, receivedAt: timestamp })

describe('CO7 rows in flight to the lake', () => {
  // biome-ignore format: a row a rule
  const rules: [what: string, kind: LakeMessage['kind'], row: Record<string, string | number | null>, isRefused: boolean][] = [
    ['an event of the person', 'events', { profile_id: 'ANN', received_at: until }, true],
    ['one of another', 'events', { profile_id: 'BOB', received_at: until }, false],
    ['one of the person anew', 'events', { profile_id: 'ANN', received_at: later }, false],
    ['a decision', 'consents', { profile_id: 'ANN', received_at: until }, true],
    ['a change', 'changes', { profile_id: 'ANN', emitted_at: until }, true],
    ['a delivery that ended before', 'deliveries', { profile_id: 'ANN', began_at: until, at: until }, true],
    ['a delivery that ended when the person was erased already', 'deliveries', { profile_id: 'ANN', began_at: until, at: later }, true],
    ['a delivery that began later', 'deliveries', { profile_id: 'ANN', began_at: later, at: later }, false],
    ['a delivery of a sender who says no beginning', 'deliveries', { profile_id: 'ANN', at: until }, true],
    ['what was held back', 'quarantine', { id: 'q', step: 0, received_at: until, body: held('ann', until) }, true],
    ['what is held back anew', 'quarantine', { id: 'q', step: 0, received_at: later, body: held('ann', later) }, false],
    ['what became of it', 'quarantine', { id: 'q', step: 1, received_at: until, body: null }, false],
  ]
  test.each(rules)('%s', (_what, kind, row, isRefused) => {
    const other = { ...row, profile_id: 'BOB', body: null }
    const message: LakeMessage = { kind, id: 'm1', rows: [row, other] }
    expect(withoutSuppressed(message, suppressed).rows).toEqual(isRefused ? [other] : [row, other])
  })
})
