import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'app', root: import.meta.dirname } })
