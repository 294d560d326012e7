import { expect, test } from 'vitest'
import type { PublishedWorkspace } from './workspace.ts'
import { createWorkspaceReader, type WorkspaceSources } from './workspace-reader.ts'

const published = (version: number): PublishedWorkspace => ({ version, workspace: { sources: [] } })
const sources = (near: WorkspaceSources['near'], exact: WorkspaceSources['exact'] = near): WorkspaceSources => ({
  near,
  exact,
  maxAgeMs: 100,
})
const gives = (version: number) => sources(async () => published(version))
const never = () => new Promise<never>(() => {})
const fails = async (): Promise<never> => {
  throw new Error('out of reach')
}

test('one is used until it is too old, then looked for again', async () => {
  const read = createWorkspaceReader(published(0))
  expect((await read(gives(1), 1_000)).version).toBe(1)
  expect((await read(gives(2), 1_099)).version).toBe(1)
  expect((await read(gives(2), 1_100)).version).toBe(2)
})

test('WS an isolate never goes back to an older version, and asks the source of truth for one that a caller has used', async () => {
  const read = createWorkspaceReader(published(0))
  await read(gives(2), 1_000)
  expect((await read(gives(1), 2_000)).version).toBe(2)
  const { near } = gives(2)
  expect((await read(sources(near, gives(3).exact), 2_000, 3)).version).toBe(3)
})

test('a store that is out of reach leaves the last good one; with none, the caller is told', async () => {
  const read = createWorkspaceReader(published(0))
  await expect(read(sources(fails), 1_000)).rejects.toThrow('out of reach')
  await read(gives(1), 2_000)
  expect((await read(sources(fails), 3_000)).version).toBe(1)
})

test('a caller that is reset while it reads, so that its read never ends, holds up no other', async () => {
  const read = createWorkspaceReader(published(0))
  await read(gives(1), 1_000)
  void read(sources(never), 2_000)
  expect((await read(gives(2), 2_000)).version).toBe(2)
})
