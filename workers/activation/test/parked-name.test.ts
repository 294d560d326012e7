import { expect, test } from 'vitest'
import { parkedName } from '../src/parked/parked-name.ts'

// biome-ignore format: a row an id
const ids: [what: string, id: string][] = [
  ['a change', 'PROFILEOFADA:buyers:1'],
  ['an event with a client’s messageId', 'PROFILEOFADA:ada~40~shop~2e~example'],
  ['a unit of events', 'user_id:ada#1.0'],
  ['a message of the queue', 'deliveries crm:3 1-20'],
  ['a path', '../../events/ada'],
  ['another script', 'Ünïcödé-日本語-🎵'],
  ['1 kB', 'ada-'.repeat(256)],
  ['one letter', 'a'],
]

test.each(ids)(
  'CO7 what is parked of %s has a name that tells nothing of its id, and the same each time',
  (_what, id) => {
    const name = parkedName(id)
    expect(name).toMatch(/^[0-9a-f]{32}$/)
    expect(parkedName(id)).toBe(name)
    expect(ids.filter(([, other]) => parkedName(other) === name)).toHaveLength(1)
  },
)
