import { countEnv } from './count-env.ts'
import { countObject, type ObjectClass } from './count-object.ts'
import { newCounts } from './counts.ts'

interface Batch {
  messages: readonly unknown[]
}

interface Entry {
  queue(batch: Batch, env: object): Promise<void>
}

/** Activation's module: its objects' classes by name, and its entry. */
export type ActivationModule = Record<string, ObjectClass | Entry>

/** Activation's module, unchanged, with all counted that is on the bill; any request is answered with the counts. */
export const probeActivation = ({ default: activation, ...classes }: ActivationModule) => {
  const counts = newCounts()
  const counted = Object.entries(classes).map(([name, its]) => [name, countObject(its as ObjectClass, name, counts)])
  return {
    ...Object.fromEntries(counted),
    default: {
      fetch: (): Response => Response.json(counts),
      queue(batch: Batch, env: object): Promise<void> {
        counts.requests++
        counts.messagesTaken += batch.messages.length
        return (activation as Entry).queue(batch, countEnv(env, counts))
      },
    },
  }
}
