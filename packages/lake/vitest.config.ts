import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'lake', testTimeout: 20_000, include: ['src/**/*.test.ts'] } })
