import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { seededRandom } from '../support/seeded-random.ts'

/** What somebody did by the file, as the profile has to show it: of each event how often, and when first and last. */
export type Told = Record<string, { count: number; first: number; last: number }>

export interface History {
  rows: number
  /** rows that are no events, by the code that each is to get */
  bad: Record<string, number>
  /** rows that say the same as one before them, to the letter, and are events of their own */
  repeated: number
  told: Map<string, Told>
}

const events = { call: 'Support Called', order: 'Order Completed', return: 'Order Returned' } as const
const badEvery = 9_973
const repeatedEvery = 1_009
const firstDay = Date.UTC(2025, 0, 1)

/** A time as a till writes it, in UTC. */
const written = (at: number): string => {
  const [date, time] = new Date(at).toISOString().slice(0, 19).split('T') as [string, string]
  return `${date.split('-').reverse().join('.')} ${time}`
}

/**
 * Writes the history of a shop and its call centre as CSV, in the order of time, so that persons follow one another at random:
 * the worst order for objects that each hold one person. Some rows are bad and some repeat the one before.
 */
export const writeHistory = async (file: string, rows: number, persons: number, seed: number): Promise<History> => {
  const random = seededRandom(seed)
  const out = createWriteStream(file)
  const history: History = {
    rows,
    bad: { invalid_field: 0, bad_timestamp: 0, missing_identity: 0 },
    repeated: 0,
    told: new Map(),
  }
  const tell = (person: string, event: string, at: number): void => {
    const told = history.told.get(person) ?? {}
    history.told.set(person, told)
    told[event] = { count: (told[event]?.count ?? 0) + 1, first: told[event]?.first ?? at, last: at }
  }
  let text = 'customer no;ordered at;what;total;agent;note\n'
  // One row a second, so that no two but the repeated ones say the same.
  const stepMs = Math.max(1_000, Math.floor((365 * 86_400_000) / rows / 1_000) * 1_000)
  let before: { person: string; what: keyof typeof events; at: number; line: string } | undefined
  for (let row = 1; row <= rows; row++) {
    const at = firstDay + row * stepMs
    const person = `customer-${random.between(1, persons)}`
    const what = random.pick(['call', 'call', 'order', 'order', 'order', 'return'] as const)
    const total = `"${random.between(1, 9)}.${random.between(100, 999)},${random.between(10, 99)}"`
    const cells = [person, written(at), what, total, `agent ${random.between(1, 40)}`, `"said; ""yes"" ${row % 1_000}"`]
    if (row % badEvery === 0) {
      const kind = (['invalid_field', 'bad_timestamp', 'missing_identity'] as const)[(row / badEvery) % 3]!
      if (kind === 'invalid_field') cells[3] = 'a lot'
      if (kind === 'bad_timestamp') cells[1] = ''
      if (kind === 'missing_identity') cells[0] = ''
      history.bad[kind]!++
      text += `${cells.join(';')}\n`
    } else if (row % repeatedEvery === 0 && before) {
      history.repeated++
      tell(before.person, events[before.what], before.at)
      text += before.line
    } else {
      before = { person, what, at, line: `${cells.join(';')}\n` }
      tell(person, events[what], at)
      text += before.line
    }
    if (text.length > 1 << 16 || row === rows) {
      if (!out.write(text)) await once(out, 'drain')
      text = ''
    }
  }
  out.end()
  await once(out, 'close')
  return history
}

/** What the columns of that file are. */
export const historyMapping = {
  delimiter: ';',
  fields: {
    userId: 'customer no',
    timestamp: { column: 'ordered at', format: 'dd.MM.yyyy HH:mm:ss', zone: 'UTC' },
    event: { column: 'what', values: events },
    'properties.revenue': { column: 'total', as: 'number', decimal: ',' },
    'properties.currency': { value: 'EUR' },
    'properties.agent': 'agent',
    'properties.note': 'note',
  },
}
