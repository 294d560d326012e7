import { type Checkpoint, type CheckpointEnv, passCheckpoint } from './checkpoint.ts'

interface VisitorStub {
  confirmChanges(keys: number[]): Promise<void>
  confirmEvents(receipts: object[]): Promise<void>
  bringUp(version: number): Promise<boolean>
}

interface ActivationEnv extends CheckpointEnv {
  VISITOR: { getByName(name: string): VisitorStub }
}

interface Batch {
  queue: string
  messages: readonly { body: unknown }[]
}

interface Activation {
  queue(batch: Batch, env: ActivationEnv): Promise<void>
}

/** By queue: the checkpoint before its consumer. */
const taken: Record<string, Checkpoint> = { 'audience-changes': 'changes.taken', events: 'events.taken' }

const stopAtConfirmations = (env: ActivationEnv): ActivationEnv => ({
  ...env,
  VISITOR: {
    getByName(name) {
      const visitor = env.VISITOR.getByName(name)
      return {
        bringUp: (version) => visitor.bringUp(version),
        async confirmChanges(keys) {
          await passCheckpoint(env, 'changes.confirm', `${name} ${JSON.stringify(keys)}`)
          await visitor.confirmChanges(keys)
          await passCheckpoint(env, 'changes.confirmed', `${name} ${JSON.stringify(keys)}`)
        },
        async confirmEvents(receipts) {
          await passCheckpoint(env, 'events.confirm', name)
          await visitor.confirmEvents(receipts)
          await passCheckpoint(env, 'events.confirmed', name)
        },
      }
    },
  },
})

/** Activation's module, unchanged, which passes a checkpoint before each batch and around each confirmation. */
export const stopActivation = (activation: Activation): Activation => ({
  async queue(batch, env) {
    const checkpoint = taken[batch.queue]
    if (checkpoint) await passCheckpoint(env, checkpoint, batch.messages.map(({ body }) => String(body)).join('\n'))
    await activation.queue(batch, stopAtConfirmations(env))
  },
})
