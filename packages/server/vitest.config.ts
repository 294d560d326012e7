import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'server',
    testTimeout: 20_000,
    include: ['src/**/*.test.ts'],
    typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  },
})
