import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'react-native', isolate: false, include: ['src/**/*.test.ts'] } })
