import { countEnv } from './count-env.ts'
import { newCounts } from './counts.ts'

interface Batch {
  messages: readonly unknown[]
}

interface Activation {
  default: { queue(batch: Batch, env: object): Promise<void> }
}

/** Activation's module, unchanged, with all counted that is on the bill; any request is answered with the counts. */
export const probeActivation = ({ default: activation }: Activation) => {
  const counts = newCounts()
  return {
    default: {
      fetch: (): Response => Response.json(counts),
      queue(batch: Batch, env: object): Promise<void> {
        counts.requests++
        counts.messagesTaken += batch.messages.length
        return activation.queue(batch, countEnv(env, counts))
      },
    },
  }
}
