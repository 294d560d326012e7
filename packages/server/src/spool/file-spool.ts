import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row, Spool } from './spool.ts'

export type { Row, Spool } from './spool.ts'

/** Past this the file is written anew with what still waits. */
const maxFileBytes = 32 * 1024 * 1024
const pidOf = (name: string): number => Number(/^spool-(\d+)-[\w-]+\.ndjson$/.exec(name)?.[1] ?? Number.NaN)

/** The files of this process: in a container each process has the same number. */
const own = new Set<string>()

const ownName = (): string => {
  const name = `spool-${process.pid}-${randomUUID()}.ndjson`
  own.add(name)
  return name
}

const isRunning = (pid: number): boolean => {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // it is there, and somebody else's
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What waits by a file's lines: `+<id> <json>` keeps, `-<id>` lets go. A last line that a crash has cut off was acknowledged to nobody. */
const readRows = (text: string): Map<string, string> => {
  const rows = new Map<string, string>()
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const space = line.indexOf(' ')
    if (line.startsWith('+')) rows.set(line.slice(1, space), line.slice(space + 1))
    else if (line.startsWith('-')) rows.delete(line.slice(1))
  }
  return rows
}

/** A name that is new is on the disk when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  // some systems know no such thing
  await handle.sync().catch(() => undefined)
  await handle.close()
}

const lineOf = ([id, json]: readonly [string, string]): string => `+${id} ${json}\n`

/**
 * Keeps what waits in a file of a folder, one for each process: several may share the folder, and what a process that has ended has left
 * is taken over by the next that starts. A row is on the disk when `add` resolves (fsync).
 *
 * @param folder of one machine or container, where numbers of processes mean the same; is made when it is not there
 */
export const createFileSpool = (folder: string): Spool => {
  const rows = new Map<string, string>()
  const path = join(folder, ownName())
  let file: FileHandle | undefined
  let size = 0
  let last: Promise<unknown> = Promise.resolve()
  let waiting: string[] = []
  let written: Promise<void> | undefined

  const rewrite = async (): Promise<void> => {
    await mkdir(folder, { recursive: true })
    const next = `${path}.next`
    const handle = await open(next, 'w')
    const text = [...rows].map(lineOf).join('')
    await handle.writeFile(text)
    await handle.sync()
    await rename(next, path)
    await syncFolder(folder)
    await file?.close()
    file = handle
    size = Buffer.byteLength(text)
  }

  const write = async (): Promise<void> => {
    const lines = waiting.join('')
    waiting = []
    written = undefined
    if (!file || size > maxFileBytes) return rewrite()
    await file.appendFile(lines)
    await file.datasync()
    size += Buffer.byteLength(lines)
  }

  /** One write at a time; what comes meanwhile shares the next. */
  const append = (line: string): Promise<void> => {
    waiting.push(line)
    if (!written) {
      written = last.then(write)
      last = written.catch(() => undefined)
    }
    return written
  }

  const end = async (): Promise<void> => {
    if (rows.size > 0 || waiting.length > 0) return
    await file?.close()
    file = undefined
    await rm(path, { force: true })
  }

  return {
    async load() {
      await mkdir(folder, { recursive: true })
      const left: Row[] = []
      for (const name of await readdir(folder)) {
        const pid = pidOf(name)
        if (Number.isNaN(pid) || own.has(name) || isRunning(pid)) continue
        const adopted = join(folder, ownName())
        // of two processes that start together one gets it
        const isOurs = await rename(join(folder, name), adopted).then(
          () => true,
          () => false,
        )
        if (!isOurs) continue
        for (const [id, json] of readRows(await readFile(adopted, 'utf8'))) {
          rows.set(id, json)
          left.push({ id, json })
        }
        // they are in this process's own file before the other goes
        const kept = last.then(rewrite)
        last = kept.catch(() => undefined)
        await kept
        await rm(adopted)
      }
      return left
    },

    async add(added) {
      for (const { id, json } of added) rows.set(id, json)
      await append(added.map(({ id, json }) => lineOf([id, json])).join(''))
    },

    async remove(ids) {
      for (const id of ids) rows.delete(id)
      await append(ids.map((id) => `-${id}\n`).join(''))
      if (rows.size > 0) return
      // nothing waits: nothing is left behind
      last = last.then(end)
      await last
    },
  }
}
