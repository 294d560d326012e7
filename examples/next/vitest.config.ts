import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'example-next',
    globalSetup: '../../test/e2e/unpack-chromium.ts',
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
})
