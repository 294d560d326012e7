import { expect, test } from 'vitest'
import { takeOwnTime } from './own-time.ts'

const [original, sent, received, corrected] = ['10:00', '10:05', '12:05', '12:00'].map(
  (time) => `2025-03-01T${time}:00.000Z`,
)

test.each<[rule: string, times: Record<string, unknown>, at: string | undefined]>([
  [
    'the corrected time, where there is one',
    { timestamp: corrected, originalTimestamp: original, sentAt: sent, receivedAt: received },
    corrected,
  ],
  ['what corrects it', { originalTimestamp: original, sentAt: sent, receivedAt: received }, corrected],
  ['the original time, where nothing corrects it', { originalTimestamp: original, sentAt: sent }, original],
  ['a number of ms', { timestamp: Date.parse(original!) }, original],
  ['none', { sentAt: sent, receivedAt: received }, undefined],
  ['no time', { timestamp: 'yesterday' }, undefined],
])('WI8 %s', (_rule, times, at) => {
  const taken = takeOwnTime({ type: 'track', userId: 'u', ...times })
  if (at === undefined) expect(taken).toMatchObject({ ok: false, error: { code: 'bad_timestamp' } })
  else expect(taken).toEqual({ ok: true, value: { type: 'track', userId: 'u', timestamp: at } })
})
