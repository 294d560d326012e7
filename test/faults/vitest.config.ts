import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'faults', testTimeout: 300_000, hookTimeout: 60_000 } })
