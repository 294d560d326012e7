import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jsonc' },
      miniflare: {
        // The runtime wants every Worker that a binding names. No test here asks activation's objects: test/conformance does.
        workers: [
          {
            name: 'spartito-activation',
            modules: true,
            script: 'export class LakeKeeper {}; export class ProfileWalk {}; export default {}',
            compatibilityDate: '2026-11-01',
            durableObjects: {
              LAKE_KEEPER: { className: 'LakeKeeper', useSQLite: true },
              PROFILE_WALK: { className: 'ProfileWalk', useSQLite: true },
            },
          },
        ],
        bindings: {
          WORKSPACE_MAX_AGE_MS: '0',
          KV_PROPAGATION_MS: '0',
          CONFIRM_EVENTS: 'false',
          DEVELOPMENT: 'true',
          ADMIN_TOKEN: 'admin',
          ROSTER_SHARDS: '3',
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
