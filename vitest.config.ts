import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// One run starts the Workers a hundred times, and no source changes meanwhile: they are read and bundled once.
if (process.argv.includes('run') && process.env.SPARTITO_PREPARED === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'spartito-prepared-'))
  process.env.SPARTITO_PREPARED = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
}

export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'workers/*/vitest{,.alone}.config.ts',
      'examples/*/vitest.config.ts',
      'test/*/vitest.config.ts',
    ],
  },
})
