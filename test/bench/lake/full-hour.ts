import { eventRow, type LakeStore, rowFiles, stepLimits, storedFile } from '@spartito/lake'
import type { Event } from '@spartito/protocol'
import { makeUnits } from './make-units.ts'

export const hour = '2026-01-31T12'
const eventsInFile = 500

export const profileOf = (file: number): string => `P${file}`

/** An hour in memory with twice the rows that a step may join, file by file, so that the limits end it. */
export const fullHour = async (): Promise<LakeStore> => {
  const bodies = new Map<string, ArrayBuffer>()
  const metadata = new Map<string, Record<string, string>>()
  const store: LakeStore = {
    list: async () => [...bodies].map(([key, body]) => storedFile(key, body.byteLength, metadata.get(key))),
    read: async (key) => bodies.get(key),
    readPart: async (key, start, end) => bodies.get(key)?.slice(start, end),
    async write(key, body, its) {
      bodies.set(key, body as ArrayBuffer)
      metadata.set(key, its)
    },
    async remove(keys) {
      for (const key of keys) bodies.delete(key)
    },
  }
  for (let file = 0; file < (2 * stepLimits.maxRows) / eventsInFile; file++) {
    const { json } = makeUnits(1, eventsInFile, Date.parse(`${hour}:00:00Z`) + file * 10_000)
    const rows = json.split('\n').map((text, n) => {
      const event = JSON.parse(text) as Event
      const messageId = `${file}-${n}-${event.messageId}`
      return eventRow({ event: { ...event, messageId }, profileId: profileOf(file) })
    })
    for (const { key, body, metadata: its } of rowFiles('events', [String(file)], rows))
      await store.write(key, body, its)
  }
  return store
}
