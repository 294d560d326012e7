import { pipeline } from 'node:stream'
import { isObject, limits, type Refusal, refusal } from '@spartito/protocol'
import { CsvError, parse } from 'csv-parse'
import type { Cells } from './build-event.ts'

/** One row of the file, as it came. */
export type Row = {
  /** from 1, without the header */
  row: number
} & (
  | {
      /** what makes it the same row, when it comes again */
      raw: string
      /** of an NDJSON file, the whole row */
      object?: Record<string, unknown>
      cells: Cells
    }
  | { fault: Refusal }
)

/** A longer row is no event anyway, and must not fill the memory. */
const maxRowLength = 1_000_000

/** Decodes text as it streams. @throws Error that names the place where it is not in its encoding */
async function* decodeText(input: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let bytes = 0
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch {
      throw new Error(
        `the file is not in ${encoding} (near byte ${bytes}): name its "encoding" in the mapping, such as "windows-1252"`,
      )
    }
  }
  for await (const chunk of input) {
    yield decode(chunk)
    bytes += chunk.length
  }
  yield decode()
}

/** Whole lines; what is longer than an event may be is cut, and then no JSON. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of texts) {
    // Only what is new is looked through: a long line may come in many pieces.
    const lines = text.split('\n')
    if (rest.length < maxRowLength) lines[0] = rest + lines[0]
    else lines[0] = rest
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') yield rest
}

const readPath = (object: Record<string, unknown>, path: string): unknown => {
  if (Object.hasOwn(object, path)) return object[path]
  let value: unknown = object
  for (const key of path.split('.')) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value
}

async function* readNdjson(texts: AsyncIterable<string>): AsyncGenerator<Row> {
  let row = 0
  for await (const line of linesOf(texts)) {
    const raw = line.trim()
    row++
    if (raw === '') continue
    if (raw.length >= maxRowLength) {
      yield { row, fault: refusal('too_large_event', `the row is longer than ${limits.eventBytes} bytes`) }
      continue
    }
    let object: unknown
    try {
      object = JSON.parse(raw)
    } catch (error) {
      yield { row, fault: refusal('invalid_json', `the row is not JSON: ${(error as Error).message}`) }
      continue
    }
    if (isObject(object)) yield { row, raw, object, cells: (column) => readPath(object, column) }
    else yield { row, fault: refusal('invalid_json', 'the row must be one JSON object') }
  }
}

/** Where each column that is asked for stands. @throws Error that lists the columns there are */
const placesOf = (header: readonly string[], columns: readonly string[], delimiter: string): Map<string, number> => {
  const places = new Map<string, number>()
  for (const column of columns) {
    const place = header.indexOf(column)
    if (place < 0) {
      const other =
        header.length === 1 && [';', '\t', '|', ','].find((one) => one !== delimiter && header[0]!.includes(one))
      const hint = other
        ? `: columns seem to be separated by ${JSON.stringify(other)}, which the mapping's "delimiter" says`
        : ''
      throw new Error(
        `the file has no column "${column}"; it has ${header.map((name) => JSON.stringify(name)).join(', ')}${hint}`,
      )
    }
    if (header.includes(column, place + 1))
      throw new Error(`the file has two columns "${column}", so it is not clear which is meant: rename one of them`)
    places.set(column, place)
  }
  return places
}

/** Two rows are the same when all their cells are. */
const cellSeparator = '\u001f'

async function* readCsv(
  texts: AsyncIterable<string>,
  delimiter: string,
  columns: readonly string[],
): AsyncGenerator<Row> {
  let row = -1
  const parser = parse({
    bom: true,
    delimiter,
    max_record_size: maxRowLength,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  // What goes wrong ends the parser, and with it the loop below.
  pipeline(texts, parser, () => {})
  let places: Map<string, number> | undefined
  let width = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row++
      if (!places) {
        places = placesOf(cells, columns, delimiter)
        width = cells.length
        continue
      }
      if (cells.length !== width) {
        const message = `the row has ${cells.length} cells and the header ${width}: is one of them to be in quotes?`
        yield { row, fault: refusal('invalid_field', message) }
        continue
      }
      const known = places
      yield { row, raw: cells.join(cellSeparator), cells: (column) => cells[known.get(column)!] }
    }
  } catch (error) {
    // A quote out of place takes what follows for its cell, so that it is not known where the next row begins.
    if (!(error instanceof CsvError)) throw error
    throw new Error(`the file is no sound CSV: ${error.message}. Mend it there; nothing was sent of it`)
  }
  if (!places) throw new Error('the file is empty: its first row must name the columns')
}

export interface RowOptions {
  format: 'csv' | 'ndjson'
  delimiter?: string | undefined
  encoding?: string | undefined
  /** those that are read of a CSV file */
  columns: readonly string[]
}

/**
 * The rows of a CSV or NDJSON file, as they stream. A row that cannot be read is one with a fault.
 *
 * @throws Error when the whole file cannot be read: another encoding, a missing column, a quote out of place
 */
export const readRows = (
  input: AsyncIterable<Uint8Array>,
  { format, delimiter = ',', encoding = 'utf-8', columns }: RowOptions,
): AsyncGenerator<Row> => {
  const texts = decodeText(input, encoding)
  return format === 'csv' ? readCsv(texts, delimiter, columns) : readNdjson(texts)
}
