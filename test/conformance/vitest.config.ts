import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'conformance',
    globalSetup: './start-collector.ts',
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
  },
})
