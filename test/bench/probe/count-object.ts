import { countEnv } from './count-env.ts'
import { type Counts, newObjectCounts, type ObjectCounts } from './counts.ts'

export type ObjectClass = new (ctx: ObjectState, env: object) => object

type Method = (this: object, ...args: unknown[]) => unknown

const textIn = (values: readonly unknown[]): number =>
  values.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 0), 0)

/** Makes a storage tell of its rows; patched in place, since the runtime takes no other object for it. */
const countStorage = ({ storage }: ObjectState, sums: ObjectCounts): (() => void) => {
  const { sql, kv } = storage
  const exec = sql.exec.bind(sql)
  const setAlarm = storage.setAlarm.bind(storage)
  let open: SqlCursor[] = []
  sql.exec = (query, ...bindings) => {
    const cursor = exec(query, ...bindings)
    open.push(cursor)
    sums.textStored += textIn(bindings)
    return cursor
  }
  // By key a write is a row, as is a deletion of what is there, and no table is billed: the runtime makes that itself.
  const [get, put, remove] = [kv.get.bind(kv), kv.put.bind(kv), kv.delete.bind(kv)]
  kv.get = (key) => {
    sums.rowsRead++
    return get(key)
  }
  kv.put = (key, value) => {
    sums.rowsWritten++
    sums.textStored += textIn(typeof value === 'object' && value !== null ? Object.values(value) : [value])
    put(key, value)
  }
  kv.delete = (key) => {
    const isGone = remove(key)
    if (isGone) sums.rowsWritten++
    return isGone
  }
  storage.setAlarm = (at) => {
    sums.alarmsSet++
    return setAlarm(at)
  }
  // How many rows a cursor read is known when it has been read to its end.
  return () => {
    for (const { rowsRead, rowsWritten } of open) {
      sums.rowsRead += rowsRead
      sums.rowsWritten += rowsWritten
    }
    open = []
  }
}

/** A subclass of an object's class that counts what its objects do, and changes nothing. */
export const countObject = (Base: ObjectClass, name: string, counts: Counts): ObjectClass => {
  const sums = newObjectCounts()
  counts.objects[name] = sums
  const flushes = new WeakMap<object, () => void>()
  class Counted extends Base {
    constructor(ctx: ObjectState, env: object) {
      const flush = countStorage(ctx, sums)
      super(ctx, countEnv(env, counts))
      flushes.set(this, flush)
    }
  }
  for (const method of Object.getOwnPropertyNames(Base.prototype)) {
    const original = (Base.prototype as Record<string, Method>)[method]
    if (method === 'constructor' || typeof original !== 'function') continue
    const counted: Method = function (...args) {
      sums.requests++
      if (method === 'alarm') sums.alarmRuns++
      const begin = Date.now()
      const end = (): void => {
        sums.activeMs += Date.now() - begin
        flushes.get(this)?.()
      }
      const result = original.apply(this, args)
      // A method that answers at once has callers within its object that rely on it.
      if (result instanceof Promise) return result.finally(end)
      end()
      return result
    }
    Object.defineProperty(Counted.prototype, method, { value: counted, writable: true, configurable: true })
  }
  return Counted
}
