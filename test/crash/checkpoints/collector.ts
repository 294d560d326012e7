import { type Checkpoint, type CheckpointEnv, passCheckpoint } from './checkpoint.ts'
import { type Namespace, stopMerges } from './stop-merges.ts'

interface VisitorEnv extends CheckpointEnv {
  VISITOR: Namespace
  EVENTS: { send(body: string, options: object): Promise<void> }
  CHANGES: { sendBatch(messages: readonly { body: string }[]): Promise<void> }
}

interface VisitorContext {
  id: { name?: string }
}

interface Own {
  alarm(): Promise<void>
  ingest(about: string, events: readonly string[]): Promise<string>
  claim(address: object, message: object): Promise<unknown>
  close(message: object): Promise<void>
}

type VisitorClass = new (ctx: VisitorContext, env: VisitorEnv) => Own

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

/** The Visitor's class, unchanged, which passes a checkpoint before each of its sends and its alarm, and at each step of a merge. */
export const stopVisitor = (Visitor: VisitorClass): VisitorClass =>
  class extends Visitor {
    readonly #name: string
    readonly #pass: (checkpoint: Checkpoint, carries: string) => Promise<void>

    constructor(ctx: VisitorContext, env: VisitorEnv) {
      const name = `${ctx.id.name}`
      super(ctx, { ...stopBeforeQueues(env), VISITOR: stopMerges(env) })
      this.#name = name
      this.#pass = (checkpoint, carries) => passCheckpoint(env, checkpoint, carries)
    }

    override async alarm(): Promise<void> {
      await this.#pass('alarm', this.#name)
      await super.alarm()
    }

    override async ingest(about: string, events: readonly string[]): Promise<string> {
      const reply = await super.ingest(about, events)
      const messageIds = events.map((json) => (JSON.parse(json) as { messageId: string }).messageId)
      await this.#pass('ingested', `${this.#name} ${messageIds.join(' ')}`)
      return reply
    }

    override async claim(address: object, message: object): Promise<unknown> {
      const reply = await super.claim(address, message)
      await this.#pass('claim.stored', this.#name)
      return reply
    }

    override async close(message: object): Promise<void> {
      await super.close(message)
      await this.#pass('close.stored', this.#name)
    }
  }
