import { defineConfig } from 'vitest/config'
import { alone, inWorkerd, patience } from './vitest.shared.ts'

export default defineConfig({
  plugins: [await inWorkerd('collector-alone')],
  test: { name: 'collector-alone', include: alone, ...patience },
})
