import { type CheckpointEnv, passCheckpoint } from './checkpoint.ts'

interface VisitorEnv extends CheckpointEnv {
  EVENTS: { send(body: string, options: object): Promise<void> }
  CHANGES: { sendBatch(messages: readonly { body: string }[]): Promise<void> }
}

interface VisitorContext {
  id: { name?: string }
}

type VisitorClass = new (ctx: VisitorContext, env: VisitorEnv) => { alarm(): Promise<void> }

const stopBeforeQueues = (env: VisitorEnv): VisitorEnv => ({
  ...env,
  EVENTS: {
    async send(body, options) {
      await passCheckpoint(env, 'events.send', body)
      await env.EVENTS.send(body, options)
    },
  },
  CHANGES: {
    async sendBatch(messages) {
      await passCheckpoint(env, 'changes.send', messages.map(({ body }) => body).join('\n'))
      await env.CHANGES.sendBatch(messages)
    },
  },
})

/** The Visitor's class, unchanged, which passes a checkpoint before each of its sends and before its alarm. */
export const stopVisitor = (Visitor: VisitorClass): VisitorClass =>
  class extends Visitor {
    readonly #passAlarm: () => Promise<void>

    constructor(ctx: VisitorContext, env: VisitorEnv) {
      super(ctx, stopBeforeQueues(env))
      this.#passAlarm = () => passCheckpoint(env, 'alarm', `${ctx.id.name}`)
    }

    override async alarm(): Promise<void> {
      await this.#passAlarm()
      await super.alarm()
    }
  }
