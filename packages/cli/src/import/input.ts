import { hash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { type Mapping, mappingFaults } from './mapping.ts'
import type { ImportIdentity } from './progress.ts'

/** What the system says of a missing file is not for people. */
const requireFile = (file: string, what: string): void => {
  if (!existsSync(file)) throw new Error(`there is no ${file}: name ${what}`)
}

const readMapping = async (file: string): Promise<{ mapping: Mapping; hash: string }> => {
  requireFile(file, 'the file of the mapping')
  const text = await readFile(file, 'utf8')
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`)
  }
  const faults = mappingFaults(document)
  if (faults.length > 0)
    throw new Error(`${file} is no sound mapping:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return { mapping: document as Mapping, hash: hash('sha256', text) }
}

const formatOf = (file: string, mapping: Mapping | undefined): 'csv' | 'ndjson' => {
  const format = mapping?.format ?? (/\.(csv|tsv|txt)$/i.test(file) ? 'csv' : 'ndjson')
  if (format === 'csv' && !mapping)
    throw new Error(`${file} is CSV: say with --map FILE which column is what (spartito import --help shows one)`)
  return format
}

/** A file's size and last change; of standard input nothing is known. */
const identify = async (file: string): Promise<ImportIdentity['input']> => {
  if (file === '-') return null
  requireFile(file, 'the CSV or NDJSON file to import')
  const { size, mtimeMs } = await stat(file)
  return { bytes: size, changedAt: Math.trunc(mtimeMs) }
}

export interface Input {
  file: string
  format: 'csv' | 'ndjson'
  mapping: Mapping | undefined
  open(): AsyncIterable<Uint8Array>
}

/** The input and its mapping, checked as far as they can be before a row is read. */
export const openInput = async (file: string, map: string | undefined) => {
  const read = map === undefined ? undefined : await readMapping(map)
  const mapping = read?.mapping
  const identity = { input: await identify(file), mapping: read?.hash ?? null }
  const input: Input = {
    file,
    format: formatOf(file, mapping),
    mapping,
    open: () => (file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 })),
  }
  return { input, identity }
}
