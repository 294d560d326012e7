import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'phone', testTimeout: 60_000, expect: { poll: { timeout: 20_000 } }, hookTimeout: 60_000 },
})
