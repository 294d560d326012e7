import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'browser', isolate: false, environment: 'node', include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
})
