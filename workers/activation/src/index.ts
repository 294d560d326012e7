import { consumeChanges } from './consume-changes.ts'
import { consumeEvents } from './consume-events.ts'
import { consumeSweep } from './consume-sweep.ts'
import type { Env } from './env.ts'
import { park } from './parked/park.ts'

export { Deliveries } from './deliveries/deliveries.ts'
export { DestinationSync } from './sync/destination-sync.ts'

export default {
  async queue(batch: MessageBatch<string>, env: Env): Promise<void> {
    switch (batch.queue) {
      case 'audience-changes':
        return consumeChanges(batch, env)
      case 'events':
        return consumeEvents(batch, env)
      case 'sweep':
        return consumeSweep(batch, env)
      default:
        return park(batch, env)
    }
  },
} satisfies ExportedHandler<Env, string>
