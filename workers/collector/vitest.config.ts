import { defineConfig } from 'vitest/config'
import { alone, inWorkerd, patience } from './vitest.shared.ts'

// Files share a runtime: to start one for each takes longer than their tests.
export default defineConfig({
  plugins: [await inWorkerd('collector')],
  test: { name: 'collector', isolate: false, include: ['test/**/*.test.ts'], exclude: alone, ...patience },
})
