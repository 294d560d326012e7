/** What a Worker asks of the bucket, as the test hears of it: before it is done, and when it is done and nobody has heard. */
export interface BucketStep {
  at: 'put' | 'stored' | 'delete' | 'deleted'
  /** the first key */
  key: string
}

/** What the test answers: the Worker goes on, or its request fails. It may also never answer. */
export type BucketAnswer = 'go on' | 'fail'

interface Keeper {
  startErasure(ask: object): Promise<void>
  erasureState(erasureId: string): Promise<object | null>
}

interface LakeEnv {
  LAKE_KEEPER: { getByName(name: string): Keeper }
  LAKE_ROWS: { send(body: string, options: object): Promise<void> }
  LAKE: { put(key: string, ...rest: unknown[]): Promise<unknown>; delete(keys: string | string[]): Promise<void> }
  /** where the test answers */
  CHECKPOINTS: string
}

interface Handler {
  queue(batch: object, env: LakeEnv): Promise<void>
  scheduled(controller: object, env: LakeEnv): Promise<void>
}

type ObjectClass = new (ctx: object, env: LakeEnv) => object

const pass = async (env: LakeEnv, step: BucketStep): Promise<void> => {
  const response = await fetch(env.CHECKPOINTS, { method: 'POST', body: JSON.stringify(step) })
  const answer = (await response.text()) as BucketAnswer
  if (answer === 'fail') throw new Error(`${step.at}: the bucket did not answer in time`)
}

/** The bucket with a step around each request that writes; all else is its own. */
const stopBucket = (env: LakeEnv): LakeEnv => ({
  ...env,
  LAKE: new Proxy(env.LAKE, {
    get(bucket, method) {
      if (method === 'put')
        return async (key: string, ...rest: unknown[]) => {
          await pass(env, { at: 'put', key })
          const stored = await bucket.put(key, ...rest)
          await pass(env, { at: 'stored', key })
          return stored
        }
      if (method === 'delete')
        return async (keys: string | string[]) => {
          const [key = ''] = [keys].flat()
          await pass(env, { at: 'delete', key })
          await bucket.delete(keys)
          await pass(env, { at: 'deleted', key })
        }
      const own = bucket[method as 'put']
      return typeof own === 'function' ? own.bind(bucket) : own
    },
  }),
})

const stopObject = (Base: ObjectClass): ObjectClass =>
  class extends Base {
    constructor(ctx: object, env: LakeEnv) {
      super(ctx, stopBucket(env))
    }
  }

/** Activation's module, unchanged, with steps around all that it asks of the bucket. */
export const stopLake = (activation: { default: Handler; LakeKeeper: ObjectClass; ProfileWalk: ObjectClass }) => ({
  LakeKeeper: stopObject(activation.LakeKeeper),
  ProfileWalk: stopObject(activation.ProfileWalk),
  default: {
    /** Whatever is posted is a message of the queue `lake`, or asks the keeper for an erasure. */
    async fetch(request: Request, env: LakeEnv): Promise<Response> {
      const keeper = env.LAKE_KEEPER.getByName('lake')
      const { pathname, searchParams } = new URL(request.url)
      if (pathname === '/erasures' && request.method === 'GET')
        return Response.json(await keeper.erasureState(searchParams.get('id') ?? ''))
      if (pathname === '/erasures') {
        await keeper.startErasure((await request.json()) as object)
        return new Response(null, { status: 204 })
      }
      await env.LAKE_ROWS.send(await request.text(), { contentType: 'text' })
      return new Response(null, { status: 204 })
    },
    queue: (batch: object, env: LakeEnv) => activation.default.queue(batch, stopBucket(env)),
    scheduled: (controller: object, env: LakeEnv) => activation.default.scheduled(controller, stopBucket(env)),
  },
})
