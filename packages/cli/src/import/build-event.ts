import { eventTypes, isObject, ok, type Refusal, type Result, refusal, refuse } from '@spartito/protocol'
import type { Field, Mapping } from './mapping.ts'
import { createTimeReader } from './read-time.ts'

/** An event as the wire takes it. */
export type WireEvent = Record<string, unknown>

/** A row's cell by the name of its column; undefined when the row has none, or an empty one. */
export type Cells = (column: string) => unknown

/** What a cell becomes; `fault` says why it becomes nothing. */
type Reading = { value: unknown } | { fault: string }

type CellReader = (cell: unknown) => Reading

const textOf = (cell: unknown): string => (typeof cell === 'string' ? cell : JSON.stringify(cell))

const readNumber = (decimal: '.' | ','): CellReader => {
  const groups = decimal === '.' ? /[,'\s\u00a0\u202f]/g : /[.'\s\u00a0\u202f]/g
  return (cell) => {
    if (typeof cell === 'number') return { value: cell }
    const plain = textOf(cell).trim().replaceAll(groups, '').replace(decimal, '.')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)
      ? { value: Number(plain) }
      : { fault: `"${textOf(cell)}" is no number` }
  }
}

const truths: Record<string, boolean> = { true: true, yes: true, '1': true, false: false, no: false, '0': false }

const readBoolean: CellReader = (cell) => {
  const value = typeof cell === 'boolean' ? cell : truths[textOf(cell).trim().toLowerCase()]
  return value === undefined
    ? { fault: `"${textOf(cell)}" is neither true nor false: say in "values" what it means` }
    : { value }
}

const readJson: CellReader = (cell) => {
  if (typeof cell !== 'string') return { value: cell }
  try {
    return { value: JSON.parse(cell) }
  } catch {
    return { fault: 'holds no JSON' }
  }
}

const readerOf = (path: string, field: Exclude<Field, string | { value: unknown }>): CellReader => {
  const { as = path === 'timestamp' ? 'time' : 'text', decimal = '.', format, zone, values } = field
  if (values) {
    const known = new Map(Object.entries(values))
    return (cell) => {
      const said = textOf(cell)
      return known.has(said)
        ? { value: known.get(said) }
        : { fault: `"${said}" is none of its values: ${[...known.keys()].join(', ')}` }
    }
  }
  if (as === 'number') return readNumber(decimal)
  if (as === 'boolean') return readBoolean
  if (as === 'json') return readJson
  if (as === 'text') return (cell) => ({ value: typeof cell === 'object' ? JSON.stringify(cell) : String(cell) })
  const readTime = createTimeReader(format, zone)
  return (cell) => {
    const at = readTime(textOf(cell).trim())
    return typeof at === 'number' ? { value: new Date(at).toISOString() } : at
  }
}

/** Sets a field by its path, of which the mapping's check has seen that it is a path of plain names. */
const setField = (event: WireEvent, [name, ...rest]: readonly string[], value: unknown): void => {
  if (rest.length === 0) event[name!] = value
  else {
    if (!isObject(event[name!])) event[name!] = {}
    setField(event[name!] as WireEvent, rest, value)
  }
}

interface Step {
  path: string
  keys: readonly string[]
  column?: string
  read: CellReader
}

const stepOf = (path: string, field: Field): Step => {
  const keys = path.split('.')
  if (typeof field === 'string') return { path, keys, column: field, read: readerOf(path, { column: field }) }
  if ('value' in field) return { path, keys, read: () => ({ value: field.value }) }
  return { path, keys, column: field.column, read: readerOf(path, field) }
}

/** The columns that a mapping reads, to be held against those that the file has. */
export const columnsOf = ({ fields }: Mapping): string[] => [
  ...new Set(
    Object.values(fields).flatMap((field) =>
      typeof field === 'string' ? [field] : 'column' in field ? [field.column] : [],
    ),
  ),
]

const wrong = (message: string): Result<WireEvent, Refusal> => refuse(refusal('invalid_field', message))

/**
 * Compiles a mapping to what makes a row's cells an event. An empty cell leaves its field out; a cell that cannot be read
 * refuses the row.
 *
 * @throws Error when the mapping says something that no row can fulfil
 */
export const createEventBuilder = (mapping: Mapping): ((cells: Cells) => Result<WireEvent, Refusal>) => {
  const steps = Object.entries(mapping.fields).map(([path, field]) => stepOf(path, field))
  return (cells) => {
    const event: WireEvent = { type: 'track' }
    for (const { path, keys, column, read } of steps) {
      const cell = column === undefined ? null : cells(column)
      if (column !== undefined && (cell === undefined || cell === null || cell === '')) continue
      const reading = read(cell)
      if ('fault' in reading) return wrong(`${path}, from the column ${column}: ${reading.fault}`)
      if (reading.value !== null) setField(event, keys, reading.value)
    }
    if (!(eventTypes as readonly unknown[]).includes(event.type))
      return refuse(refusal('unknown_type', `type is "${event.type}": it must be one of ${eventTypes.join(', ')}`))
    if (event.timestamp === undefined)
      return refuse(refusal('bad_timestamp', 'the row does not say when it happened: its timestamp is empty'))
    return ok(event)
  }
}
