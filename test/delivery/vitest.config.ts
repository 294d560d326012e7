import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'delivery', testTimeout: 40_000, expect: { poll: { timeout: 10_000 } }, hookTimeout: 60_000 },
})
