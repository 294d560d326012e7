import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { activationConfig } from '../../packages/cli/src/dev/runtime.ts'
import { auxiliaryWorker } from '../../test/support/auxiliary-worker.ts'

/**
 * Files that look at all there is (each object, the whole roster, the versions of the workspace), or put all objects away, which waits for what
 * others have under way: each has a runtime of its own.
 */
export const alone = [
  'test/audit.test.ts',
  'test/defence.test.ts',
  'test/expiry.test.ts',
  'test/forwarding.test.ts',
  'test/identifiers.test.ts',
  'test/identity.test.ts',
  'test/identity/audiences.test.ts',
  'test/identity/audited.test.ts',
  'test/identity/joining.test.ts',
  'test/identity/large-move.test.ts',
  'test/identity/parting.test.ts',
  'test/identity/refused.test.ts',
  'test/identity/scenarios.test.ts',
  'test/live.test.ts',
  'test/ownership.test.ts',
  'test/profile-notice.test.ts',
  'test/pruning.test.ts',
  'test/refusals.test.ts',
  'test/retention-objects.test.ts',
  'test/retention.test.ts',
  'test/roster.test.ts',
  'test/spilling.test.ts',
  'test/sweep-failures.test.ts',
  'test/sweep.test.ts',
  'test/visitor.test.ts',
  'test/workspace.test.ts',
]

/** The collector's Worker in workerd, beside activation's. @param project the name that its tests have */
export const inWorkerd = async (project: string) =>
  cloudflareTest({
    wrangler: { configPath: './wrangler.jsonc' },
    miniflare: {
      // Its objects are named by this Worker; the queues are left to the tests.
      workers: [await auxiliaryWorker(activationConfig, 'collector', { DELIVERY_SHARDS: '2' }, project)],
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
  })

export const patience = { testTimeout: 20_000, expect: { poll: { timeout: 10_000 } } }
