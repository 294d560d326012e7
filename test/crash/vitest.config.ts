import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'crash',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The rows of a file wait side by side, most of the time for a window or a repetition; two cores carry one file.
    fileParallelism: false,
  },
})
