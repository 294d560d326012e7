/**
 * As much of the Workers' types as the floors and the probe use. The whole of `@cloudflare/workers-types` cannot be here:
 * it declares the same globals as the DOM types, which the browser tests beside this folder need.
 */
interface SqlCursor {
  toArray(): Record<string, unknown>[]
  readonly rowsRead: number
  readonly rowsWritten: number
}

interface ObjectState {
  readonly id: { readonly name?: string }
  readonly storage: {
    readonly sql: { exec(query: string, ...bindings: unknown[]): SqlCursor }
    readonly kv: {
      get: (key: string) => unknown
      put: (key: string, value: unknown) => void
      delete: (key: string) => boolean
    }
    setAlarm(at: number): Promise<void>
  }
}

type Promised<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never
}

interface ObjectNamespace<T> {
  getByName(name: string): Promised<T>
}

interface Producer {
  send(body: string, options?: { contentType: string }): Promise<void>
  sendBatch(messages: readonly { body: string }[]): Promise<void>
}

declare module 'cloudflare:workers' {
  export class DurableObject<Env = object> {
    protected readonly ctx: ObjectState
    protected readonly env: Env
    constructor(ctx: ObjectState, env: Env)
  }
}
