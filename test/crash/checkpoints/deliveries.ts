import { type CheckpointEnv, passCheckpoint } from './checkpoint.ts'

interface Context {
  id: { name?: string }
}

interface DeliveriesEnv extends CheckpointEnv {
  VISITOR: { getByName(name: string): { consents(): Promise<string | null> } }
  LAKE_ROWS: { send(body: string, options: object): Promise<void> }
  LAKE: { get(key: string): Promise<object | null>; put(key: string, body: string): Promise<object> }
}

interface Own {
  take(items: string[], departing?: string): Promise<number>
}

type DeliveriesClass = new (ctx: Context, env: DeliveriesEnv) => Own

/** What a delivery's object is handed, with a checkpoint before each thing that it asks of another. */
const stopBeforeOthers = (env: DeliveriesEnv): DeliveriesEnv => ({
  ...env,
  VISITOR: {
    getByName: (name) => ({
      async consents() {
        await passCheckpoint(env, 'delivery.ask', name)
        return env.VISITOR.getByName(name).consents()
      },
    }),
  },
  LAKE_ROWS: {
    async send(body, options) {
      await passCheckpoint(env, 'outcome.tell', body)
      await env.LAKE_ROWS.send(body, options)
    },
  },
  LAKE: {
    async get(key) {
      await passCheckpoint(env, 'replay.read', key)
      return env.LAKE.get(key)
    },
    put: (key, body) => env.LAKE.put(key, body),
  },
})

/** The class of deliveries, unchanged, which passes a checkpoint at each step of one. */
export const stopDeliveries = (Deliveries: DeliveriesClass): DeliveriesClass =>
  class extends Deliveries {
    readonly #env: DeliveriesEnv

    constructor(ctx: Context, env: DeliveriesEnv) {
      super(ctx, stopBeforeOthers(env))
      this.#env = env
    }

    override async take(items: string[], departing?: string): Promise<number> {
      const waiting = await super.take(items, departing)
      await passCheckpoint(this.#env, 'delivery.stored', items.join('\n'))
      return waiting
    }
  }

interface SyncEnv extends CheckpointEnv {
  ROSTER: { getByName(name: string): { members(...args: unknown[]): Promise<object[]> } }
  DELIVERIES: { getByName(name: string): Own }
}

type SyncClass = new (ctx: Context, env: SyncEnv) => object

/** The class of syncs, unchanged, which passes a checkpoint before each page and when its deliveries are stored. */
export const stopSync = (Sync: SyncClass): SyncClass =>
  class extends Sync {
    constructor(ctx: Context, env: SyncEnv) {
      super(ctx, {
        ...env,
        ROSTER: {
          getByName: (name) => ({
            async members(...args) {
              await passCheckpoint(env, 'sync.page', `${name} ${JSON.stringify(args)}`)
              return env.ROSTER.getByName(name).members(...args)
            },
          }),
        },
        DELIVERIES: {
          getByName: (name) => ({
            async take(items, departing) {
              const waiting = await env.DELIVERIES.getByName(name).take(items, departing)
              await passCheckpoint(env, 'sync.taken', items.join('\n'))
              return waiting
            },
          }),
        },
      })
    }
  }
