import { type CheckpointEnv, passCheckpoint } from './checkpoint.ts'

type Call = (...args: unknown[]) => unknown

interface Namespace {
  getByName(name: string): object
}

interface ErasuresEnv extends CheckpointEnv {
  VISITOR: Namespace
  ROSTER: Namespace
  QUARANTINE: Namespace
  RECENT: Namespace
  DELIVERIES: Namespace
  LAKE_KEEPER: Namespace
  CONFIG: { put(key: string, value: string): Promise<void> }
}

type ErasuresClass = new (ctx: object, env: ErasuresEnv) => object

const stopped = ['VISITOR', 'ROSTER', 'QUARANTINE', 'RECENT', 'DELIVERIES', 'LAKE_KEEPER'] as const

/** An object as the erasures call it: a checkpoint after each call. */
const stopCalls = (env: CheckpointEnv, binding: string, stub: object): object =>
  new Proxy(stub, {
    get(target, method) {
      const own = (target as Record<string | symbol, unknown>)[method]
      if (typeof method !== 'string' || method === 'then') return own
      return async (...args: unknown[]) => {
        const answer = await (target as Record<string, Call>)[method]!(...args)
        await passCheckpoint(env, 'erasure', `${binding}.${method}`)
        return answer
      }
    },
  })

const stopNamespace = (env: CheckpointEnv, binding: string, namespace: Namespace): Namespace =>
  new Proxy(namespace, {
    get(target, method) {
      if (method === 'getByName') return (name: string) => stopCalls(env, binding, target.getByName(name))
      const own = (target as unknown as Record<string | symbol, Call>)[method]
      return typeof own === 'function' ? own.bind(target) : own
    },
  })

/** The class of erasures, unchanged, which passes a checkpoint after each thing that it asks of somebody. */
export const stopErasures = (Erasures: ErasuresClass): ErasuresClass =>
  class extends Erasures {
    constructor(ctx: object, env: ErasuresEnv) {
      const config = {
        ...env.CONFIG,
        get: (...args: unknown[]) => (env.CONFIG as unknown as { get: Call }).get(...args),
        async put(key: string, value: string) {
          await env.CONFIG.put(key, value)
          await passCheckpoint(env, 'erasure', 'CONFIG.put')
        },
      }
      const namespaces = Object.fromEntries(stopped.map((name) => [name, stopNamespace(env, name, env[name])]))
      super(ctx, { ...env, ...namespaces, CONFIG: config } as ErasuresEnv)
    }
  }
