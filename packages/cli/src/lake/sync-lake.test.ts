import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { makeFolder } from '../testing/lake-folder.ts'
import { folderKeys } from './folder-files.ts'
import { type ListedFile, type RemoteLake, syncLake } from './sync-lake.ts'

const key = (name: string, day = '2026-03-01'): string => `events/dt=${day}/hr=12/${name}.parquet`

/** What the lake has, by key; its list comes two files a page. */
let files: Map<string, string>
let read: string[]
let cache: string

beforeEach(() => {
  files = new Map([
    [key('a'), 'aaa'],
    [key('b'), 'bb'],
    [key('c', '2026-03-02'), 'c'],
  ])
  read = []
  cache = makeFolder('cache')
})

const lake: RemoteLake = {
  async list(kind, _since, after) {
    const keys = [...files.keys()].filter((each) => each.startsWith(`${kind}/`)).sort()
    const page = keys.filter((each) => after === undefined || each > after).slice(0, 2)
    const listed = page.map(
      (each): ListedFile => ({ key: each, size: files.get(each)!.length, etag: files.get(each)! }),
    )
    return { files: listed, next: page.length === 2 ? page[1]! : null }
  },
  async read(each) {
    read.push(each)
    const body = files.get(each)
    return body === undefined ? undefined : new TextEncoder().encode(body)
  },
}

const sync = async (since?: string, from: RemoteLake = lake): Promise<string[]> => {
  read = []
  await syncLake(from, cache, ['events'], () => since)
  return read.sort()
}

const cached = (): Promise<string[]> => folderKeys(cache, 'events')

test('what is new is read, and what is there is not read again', async () => {
  expect(await sync()).toEqual([key('a'), key('b'), key('c', '2026-03-02')])
  expect(readFileSync(join(cache, key('a')), 'utf8')).toBe('aaa')
  expect(await sync()).toEqual([])
  files.set(key('d'), 'd')
  expect(await sync()).toEqual([key('d')])
})

test('what has changed is read again, also at the same size', async () => {
  await sync()
  files.set(key('b'), 'BB')
  expect(await sync()).toEqual([key('b')])
  expect(readFileSync(join(cache, key('b')), 'utf8')).toBe('BB')
})

test('files that were compacted go when the file that has their rows is here', async () => {
  await sync()
  files.delete(key('a'))
  files.delete(key('b'))
  files.set(key('compacted-1'), 'aaabb')
  expect(await sync()).toEqual([key('compacted-1')])
  expect(await cached()).toEqual([key('compacted-1'), key('c', '2026-03-02')])
})

test('a file that goes while it is read is looked for in a new list', async () => {
  const compacting: RemoteLake = {
    ...lake,
    async read(each) {
      if (files.delete(key('a'))) files.set(key('compacted-1'), 'aaa')
      return lake.read(each)
    },
  }
  await sync(undefined, compacting)
  expect(await cached()).toEqual([key('b'), key('compacted-1'), key('c', '2026-03-02')])
})

test('a list whose files are never there is a fault, not a loop', async () => {
  const gone: RemoteLake = { ...lake, read: async () => undefined }
  await expect(sync(undefined, gone)).rejects.toThrow('files of events go away while they are read')
})

test('days before the first that is wanted are neither read nor forgotten', async () => {
  expect(await sync('2026-03-02')).toEqual([key('c', '2026-03-02')])
  await sync()
  files.delete(key('a'))
  await sync('2026-03-02')
  expect(await cached()).toContain(key('a'))
})

test('what has come before it breaks off does not come again', async () => {
  const breaking: RemoteLake = {
    ...lake,
    async read(each) {
      if (each === key('b')) throw new Error('the connection broke')
      return lake.read(each)
    },
  }
  await expect(sync(undefined, breaking)).rejects.toThrow('the connection broke')
  expect(await sync()).toEqual([key('b')])
})

test.each([
  'events/dt=2026-03-01/../../../x.parquet',
  '../x.parquet',
  '/etc/x.parquet',
  'events/x.parquet',
  'events/dt=2026-03-01/hr=12/.parquet',
])('a key that is none of the lake writes nothing: %s', async (bad) => {
  files = new Map([[bad, 'x']])
  const hostile: RemoteLake = { ...lake, list: async () => ({ files: [{ key: bad, size: 1 }], next: null }) }
  expect(await sync(undefined, hostile)).toEqual([])
  expect(await cached()).toEqual([])
})

test('what is kept is for its owner alone to read', async () => {
  await sync()
  expect(statSync(join(cache, key('a'))).mode & 0o777).toBe(0o600)
})
