import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeTornBlobs } from './torn-blobs.ts'

test('CO7 what a killed write has left in a bucket goes at the next start, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spartito-torn-'))
  // Nothing is there at the first start.
  await removeTornBlobs(join(folder, 'none'))
  const blobs = join(folder, 'r2', 'lake', 'blobs')
  await mkdir(blobs, { recursive: true })
  for (const name of ['8429e4d3', '.8429e4d3.11178.2.tmp', 'bc2e8078.tmp']) await writeFile(join(blobs, name), name)
  await removeTornBlobs(folder)
  expect((await readdir(blobs)).sort()).toEqual(['8429e4d3', 'bc2e8078.tmp'])
  await rm(folder, { recursive: true })
})
