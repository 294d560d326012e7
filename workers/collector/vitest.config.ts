import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { activationConfig } from '../../packages/cli/src/dev/runtime.ts'
import { auxiliaryWorker } from '../../test/support/auxiliary-worker.ts'

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jsonc' },
      miniflare: {
        // Its objects are named by this Worker; the queues are left to the tests.
        workers: [await auxiliaryWorker(activationConfig, 'collector', { DELIVERY_SHARDS: '2' })],
        bindings: {
          WORKSPACE_MAX_AGE_MS: '0',
          KV_PROPAGATION_MS: '0',
          CONFIRM_EVENTS: 'false',
          DEVELOPMENT: 'true',
          ADMIN_TOKEN: 'admin',
          ROSTER_SHARDS: '3',
          DELIVERY_SHARDS: '2',
          SWEEP_SHARDS: '2',
          SWEEP_PAGE: '3',
          BUDGET_FACTOR: '1',
        },
      },
    }),
  ],
  test: {
    name: 'collector',
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    include: ['test/**/*.test.ts'],
  },
})
