import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { type Deployment, deploy, serverKey, until } from './deployment.ts'
import { writeFailingWorkers } from './failing/write-failing-workers.ts'

type Audiences = NonNullable<Workspace['audiences']>

const people = 20
const buyers: Audiences[number] = { id: 'buyers', when: { event: 'Order Completed' } }
/** How many visits of each fail: more than a page is tried, and one. */
const failingVisits = { u7: 7, u8: 1 }

let live: Deployment

const workspace = (audiences: Audiences): Workspace => ({
  sources: [{ id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } }],
  audiences,
})

beforeAll(async () => {
  // No confirmation, so no alarm brings up by chance whom a visit does not.
  const vars = {
    ROSTER_SHARDS: '1',
    SWEEP_PAGE: '5',
    CONFIRM_EVENTS: 'false',
    FAILING_VISITS: JSON.stringify(
      Object.fromEntries(
        Object.entries(failingVisits).map(([value, times]) => [objectName({ type: 'user_id', value }), times]),
      ),
    ),
  }
  live = await deploy(vars, await writeFailingWorkers())
  await live.publish(workspace([]))
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await live.collect(
    Array.from({ length: people }, (_, i) => ({
      type: 'track',
      event: 'Order Completed',
      userId: `u${i}`,
      messageId: `m${i}`,
    })),
  )
  // The roster learns of profiles with the lake's events.
  await until(
    () => live.admin<{ sources: { accepted: number }[] }>('/admin/stats'),
    ({ sources }) => sources[0]?.accepted === people,
  )
}, 60_000)

afterAll(() => live?.remove())

test('AU5 an object that is reset under its visits is visited again, while the others are not held up', async () => {
  const version = await live.publish(workspace([buyers]))
  const done = await until(
    () => live.sweep(),
    (sweep) => sweep.version === version && sweep.isDone,
    60_000,
  )
  expect(done).toMatchObject({ visited: people, changed: people, failed: 0 })
  await until(
    () => live.admin<{ size: number }[]>('/admin/audiences'),
    ([its]) => its?.size === people,
  )
})
