import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { collectorConfig } from '../../packages/cli/src/dev/runtime.ts'
import { auxiliaryWorker } from '../../test/support/auxiliary-worker.ts'

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jsonc' },
      miniflare: {
        workers: [await auxiliaryWorker(collectorConfig, 'activation', { ROSTER_SHARDS: '2', DELIVERY_SHARDS: '2' })],
        bindings: {
          WORKSPACE_MAX_AGE_MS: '0',
          DEVELOPMENT: 'true',
          ROSTER_SHARDS: '2',
          DELIVERY_SHARDS: '2',
          DELIVERY_TIMEOUT_MS: '5000',
          OUTCOMES_DELAY_MS: '1000',
        },
      },
    }),
  ],
  test: {
    name: 'activation',
    testTimeout: 20_000,
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/start-endpoint.ts',
  },
})
