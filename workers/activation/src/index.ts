import { consumeChanges } from './consume-changes.ts'
import { consumeEvents } from './consume-events.ts'
import { consumeLake } from './consume-lake.ts'
import { consumeSweep } from './consume-sweep.ts'
import type { Env } from './env.ts'
import { dayOf } from './lake/profile-walk.ts'
import { keeperStub, walkStub } from './object-stubs.ts'
import { park } from './parked/park.ts'

export { Deliveries } from './deliveries/deliveries.ts'
export { LakeKeeper } from './lake/keeper-object.ts'
export { ProfileWalk } from './lake/profile-walk.ts'
export { DestinationSync } from './sync/destination-sync.ts'

export default {
  async queue(batch: MessageBatch<string>, env: Env): Promise<void> {
    switch (batch.queue) {
      case 'audience-changes':
        return consumeChanges(batch, env)
      case 'events':
        return consumeEvents(batch, env)
      case 'lake':
        return consumeLake(batch, env)
      case 'sweep':
        return consumeSweep(batch, env)
      default:
        return park(batch, env)
    }
  },

  /** Each hour: what was kept for its time goes from the lake; the first of a day begins the walk through its profiles. */
  async scheduled({ scheduledTime }: ScheduledController, env: Env): Promise<void> {
    if (env.PROFILES_DAILY === 'true') await walkStub(env).begin(dayOf(scheduledTime))
    await keeperStub(env).expire()
  },
} satisfies ExportedHandler<Env, string>
