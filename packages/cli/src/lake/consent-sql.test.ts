import { expect, test } from 'vitest'
import { columnsOf, rowsOf } from '../query/column.ts'
import { runReading } from '../query/query.ts'
import { writeAnswer } from '../query/write-answer.ts'
import { eventRow, type LakeRow, makeLake } from '../testing/lake-folder.ts'
import { openLake } from './open-lake.ts'

const ask = async (sql: string, lake: string): Promise<Record<string, unknown>[]> => {
  const connection = await openLake({ lake, collector: '', tokenEnv: '' }, { kinds: ['events', 'consents'] })
  const result = await runReading(connection, sql)
  const lines: string[] = []
  await writeAnswer(columnsOf(result), rowsOf(result), 'json', (line) => void lines.push(line))
  return lines.map((line) => JSON.parse(line))
}

const at = (minute: number): string => `2026-03-01T12:${String(minute).padStart(2, '0')}:00Z`

const event = (minute: number, its: LakeRow = {}): LakeRow =>
  eventRow({ timestamp: at(minute), profile_id: 'P1', anonymous_id: 'd1', ...its })
const carrying = (choice: Record<string, boolean>) => ({ context: { consent: { categoryPreferences: choice } } })
const decided = (minute: number, purpose: string, is_granted: boolean, its: LakeRow = {}): LakeRow => ({
  ...{ decided_at: at(minute), received_at: at(minute), message_id: `d${minute}`, source: 'web' },
  ...{ profile_id: 'P1', anonymous_id: 'd1', purpose, is_granted },
  ...its,
})
const other = { profile_id: 'P2', anonymous_id: 'd2' }

// biome-ignore format: a row a rule
const rules: [rule: string, event: LakeRow, decisions: LakeRow[], consent: string][] = [
  ['nobody has decided', event(5), [], 'unknown'],
  ['granted before', event(5), [decided(1, 'ads', true)], 'granted'],
  ['granted later', event(5), [decided(6, 'ads', true)], 'unknown'],
  ['withdrawn before', event(5), [decided(1, 'ads', true), decided(4, 'ads', false)], 'denied'],
  ['withdrawn later', event(5), [decided(1, 'ads', true), decided(6, 'ads', false)], 'granted'],
  ['granted again', event(5), [decided(1, 'ads', false), decided(4, 'ads', true)], 'granted'],
  ['both at once', event(5), [decided(4, 'ads', false), decided(4, 'ads', true, { message_id: 'x' })], 'denied'],
  ['for something else', event(5), [decided(1, 'stats', false)], 'unknown'],
  ['by somebody else', event(5), [decided(1, 'ads', false, other)], 'unknown'],
  ['on the device, before it was the profile’s', event(5), [decided(1, 'ads', false, { profile_id: 'P9' })], 'denied'],
  ['by the same user elsewhere', event(5, { user_id: 'u1' }), [decided(1, 'ads', false, { ...other, user_id: 'u1' })], 'denied'],
  ['as the event carried it', event(5, carrying({ ads: true })), [], 'granted'],
  ['denied by the event itself, whatever else', event(5, carrying({ ads: false })), [decided(1, 'ads', true)], 'denied'],
  ['withdrawn elsewhere, though the device does not know', event(5, carrying({ ads: true })), [decided(4, 'ads', false, { anonymous_id: 'd9' })], 'denied'],
]
test.each(rules)('CO6 an event has the consent of its time: %s', async (_rule, one, decisions, consent) => {
  const lake = makeLake({ events: [one], consents: decisions })
  expect(await ask("select consent from events_with_consent(['ads'])", lake)).toEqual([{ consent }])
})

test('CO2 several purposes mean all of them, and what is unknown may be used under opt-out alone', async () => {
  const lake = makeLake({
    events: [
      event(1, { message_id: 'both', ...carrying({ ads: true, stats: true }) }),
      event(2, { message_id: 'one', ...carrying({ ads: true }) }),
      event(3, { message_id: 'none', ...carrying({ ads: true, stats: false }) }),
    ],
    consents: [],
  })
  const used = async (call: string) =>
    (await ask(`select message_id from consented_events(${call}) order by timestamp`, lake)).map(
      (row) => row.message_id,
    )
  expect(await used("['ads', 'stats']")).toEqual(['both'])
  expect(await used("['ads', 'stats'], policy := 'opt-out'")).toEqual(['both', 'one'])
  expect(await used("['ads']")).toEqual(['both', 'one', 'none'])
  expect(await used('[]')).toEqual(['both', 'one', 'none'])
})
