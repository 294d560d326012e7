import { hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** An event that waits to be sent, in a file beside the others of its person. */
export interface SortedRow {
  /** its number in the input, from 1 */
  row: number
  /** its messageId, as the row names it; else what it is known by, which its copies in the file share */
  id: string
  isNamed: boolean
  person: string
  /** the event without its messageId */
  json: string
}

const fileOf = (folder: string, part: number): string => join(folder, `part-${String(part).padStart(3, '0')}.rows`)

/** So much of the input is to lie in one file, and so many files are open at most. */
const partBytes = 4_000_000
const maxParts = 128

/** How many files the events of an input are sorted into. @param bytes of the input; undefined when nobody knows */
export const partsFor = (bytes: number | undefined): number =>
  bytes === undefined ? maxParts / 2 : Math.max(1, Math.min(maxParts, Math.ceil(bytes / partBytes)))

const partOf = (person: string, parts: number): number =>
  Number.parseInt(hash('md5', person, 'hex').slice(0, 6), 16) % parts

const bufferedChars = 64 * 1024

/**
 * Writes events into files by person, so that each person's lie together and keep their order. The memory is a buffer for
 * each file.
 */
export const createRowSorter = (folder: string, parts: number) => {
  const files = Array.from({ length: parts }, (_, part) => ({
    handle: openSync(fileOf(folder, part), 'w'),
    lines: [] as string[],
    chars: 0,
  }))
  const flush = (file: (typeof files)[number]): void => {
    if (file.chars > 0) writeSync(file.handle, file.lines.join(''))
    file.lines = []
    file.chars = 0
  }
  return {
    add({ row, id, isNamed, person, json }: SortedRow): void {
      const file = files[partOf(person, parts)]!
      const line = `${row}\t${isNamed ? 1 : 0}\t${JSON.stringify(id)}\t${JSON.stringify(person)}\t${json}\n`
      file.lines.push(line)
      file.chars += line.length
      if (file.chars >= bufferedChars) flush(file)
    },
    /** @param isWhole whether all rows are there, so that they have to be on the disk */
    close(isWhole: boolean): void {
      for (const file of files) {
        if (isWhole) flush(file)
        if (isWhole) fsyncSync(file.handle)
        closeSync(file.handle)
      }
    },
  }
}

const parseRow = (line: string): SortedRow => {
  const first = line.indexOf('\t')
  const second = line.indexOf('\t', first + 1)
  const third = line.indexOf('\t', second + 1)
  const fourth = line.indexOf('\t', third + 1)
  return {
    row: Number(line.slice(0, first)),
    isNamed: line[first + 1] === '1',
    id: JSON.parse(line.slice(second + 1, third)),
    person: JSON.parse(line.slice(third + 1, fourth)),
    json: line.slice(fourth + 1),
  }
}

/** So much of a file is read at a time: all of it, unless the input is larger than the files can divide. */
const chunkBytes = 32 * 1024 * 1024

/** The rows of one file, as many at a time as the memory should hold. */
export async function* readSorted(folder: string, part: number): AsyncGenerator<SortedRow[]> {
  const handle = await open(fileOf(folder, part))
  try {
    let { size } = await handle.stat()
    let rest = Buffer.alloc(0)
    while (size > 0) {
      const read = Buffer.allocUnsafe(Math.min(size, chunkBytes))
      const { bytesRead } = await handle.read(read, 0, read.length)
      if (bytesRead === 0) throw new Error(`${fileOf(folder, part)} was cut: begin again with --restart`)
      size -= bytesRead
      const bytes = Buffer.concat([rest, read.subarray(0, bytesRead)])
      const end = size === 0 ? bytes.length : bytes.lastIndexOf(10) + 1
      rest = bytes.subarray(end)
      yield bytes
        .toString('utf8', 0, end)
        .split('\n')
        .filter((line) => line !== '')
        .map(parseRow)
    }
  } finally {
    await handle.close()
  }
}

/** What was sorted is of no more use. */
export const removeSorted = async (folder: string, parts: number): Promise<void> => {
  for (let part = 0; part < parts; part++) await rm(fileOf(folder, part), { force: true })
}
