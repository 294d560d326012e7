import { eventRow, folderOf, hourlyKinds, type Row, writeParquet } from '@spartito/lake'
import type { Event } from '@spartito/protocol'
import { makeUnits } from '../lake/make-units.ts'

/** As compaction makes them of events of 1 KB, by the bytes that a step may hold. */
export const rowsInFile = 13_000
/** Different contents; the files of a lake repeat them under other hours, since to write each anew takes longer than to erase. */
const contents = 16
const eventsOfPerson = 5
/** The person with many: on 20 devices, in every tenth file. */
export const many = { devices: 20, everyNth: 10 }

const padded = (letter: string, n: number): string => `${letter}${String(n).padStart(25, 'A')}`

/** Persons of all contents, one after the other. */
export const profileOf = (person: number): string => padded('P', person)
export const deviceOf = (n: number): string => `device-of-many-${n}`
export const profileOfDevice = (n: number): string => padded('D', n)
export const personsIn = (files: number): number => (Math.min(files, contents) * rowsInFile) / eventsOfPerson

/** One file's rows: five events of a person, one person after the other. */
const rowsOf = (content: number, begin: number): Row[] => {
  const rows: Row[] = []
  // Units are made anew in each call with the same seed: of each content the messageIds say which it is.
  const { json } = makeUnits(rowsInFile / eventsOfPerson, eventsOfPerson, begin)
  for (const [n, line] of json.split('\n').entries()) {
    const event = JSON.parse(line) as Event
    const person = (content * rowsInFile) / eventsOfPerson + Math.floor(n / eventsOfPerson)
    const own = { messageId: `${content}-${event.messageId}`, anonymousId: `${content}-${event.anonymousId}` }
    rows.push(eventRow({ event: { ...event, ...own }, profileId: profileOf(person) }))
  }
  return rows
}

export interface MadeFile {
  key: string
  body: ArrayBuffer
  metadata: Record<string, string>
}

/**
 * The files of a lake, an hour each, one after the other, by the real packer. The person with many events is in every tenth of them.
 *
 * @param eventsOfMany how many events that person has in all
 */
export function* makeLake(files: number, eventsOfMany: number): Generator<MadeFile> {
  const first = Date.parse('2024-01-01T00:00:00Z')
  const share = Math.ceil(eventsOfMany / Math.ceil(files / many.everyNth))
  const bodies = new Map<string, ArrayBuffer>()
  let left = eventsOfMany
  for (let file = 0; file < files; file++) {
    const isOfMany = file % many.everyNth === 0 && left > 0
    const name = `${file % contents} ${isOfMany ? Math.min(share, left) : 0}`
    const body = bodies.get(name) ?? writeFile(file % contents, first, isOfMany ? Math.min(share, left) : 0)
    bodies.set(name, body)
    if (isOfMany) left -= Math.min(share, left)
    const hour = new Date(first + file * 3_600_000).toISOString().slice(0, 13)
    const metadata = { rows: String(rowsInFile), from: String(first), until: String(first + 3_599_999) }
    yield { key: `${folderOf('events', hour)}joined-${String(file).padStart(32, '0')}.parquet`, body, metadata }
  }
}

const writeFile = (content: number, begin: number, ofMany: number): ArrayBuffer => {
  const rows = rowsOf(content, begin)
  // Spread over the file, and over the devices.
  for (let n = 0; n < ofMany; n++) {
    const place = Math.floor((n * rows.length) / ofMany)
    const device = n % many.devices
    rows[place] = {
      ...rows[place]!,
      profile_id: profileOfDevice(device),
      anonymous_id: deviceOf(device),
      user_id: null,
    }
  }
  return writeParquet(hourlyKinds.events, rows, hourlyKinds.events.owner)
}
