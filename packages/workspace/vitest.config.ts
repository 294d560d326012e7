import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'workspace', isolate: false, include: ['src/**/*.test.ts'] } })
