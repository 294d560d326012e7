import { readNote, writeNote } from './notes.ts'
import { noteFileSize, overwriteDeleted } from './overwrite-deleted.ts'
import type { SqlFile } from './sql-file.ts'

const askedKey = 'overwrite asked'
/** However often it is asked for: so many delays after the first time at the latest. */
const mostDelays = 24

interface Asked {
  /** epoch ms */
  first: number
  last: number
}

/** What an object that several persons share does once something of one of them was deleted there. */
export interface Overwriting {
  /** Something of a person was deleted, now or before. Asked again, it waits for what comes close after it. */
  ask(now: number): void
  /** epoch ms; undefined when there is nothing to do */
  dueAt(): number | undefined
  /** Does it when it is due. It never throws: what fails is tried again after the delay. */
  run(now: number): Promise<void>
  /** Before much is deleted that is nobody's erasure. */
  noteFileSize(): void
}

/**
 * @param delayMs between the last erasure and the writing, so that many share it
 * @param at the object's place in the log
 */
export const openOverwriting = (file: SqlFile, delayMs: number, at: string): Overwriting => {
  let asked = readNote<Asked | null>(file, askedKey) ?? undefined
  const keep = (next: Asked | undefined): void => {
    asked = next
    writeNote(file, askedKey, next ?? null)
  }
  const dueAt = (): number | undefined => asked && Math.min(asked.last + delayMs, asked.first + mostDelays * delayMs)
  return {
    ask(now) {
      noteFileSize(file)
      keep({ first: asked?.first ?? now, last: now })
    },
    dueAt,
    async run(now) {
      const before = asked
      if (!before || dueAt()! > now) return
      try {
        const isDone = await overwriteDeleted(file)
        if (!isDone) console.error(JSON.stringify({ at, overwritten: false, bytes: file.sql.databaseSize }))
        // What was asked for meanwhile was perhaps deleted after its copy was made.
        if (asked?.last === before.last) keep(undefined)
        else if (asked) keep({ first: asked.last, last: asked.last })
      } catch (error) {
        console.error(JSON.stringify({ at, overwritten: false, error: String(error) }))
        keep({ first: now, last: now })
      }
    },
    noteFileSize: () => noteFileSize(file),
  }
}
