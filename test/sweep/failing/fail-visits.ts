interface VisitorContext {
  id: { name?: string }
  abort(reason: string): void
}

interface VisitorEnv {
  /** how many visits of each object fail, by its name, as JSON */
  FAILING_VISITS: string
}

type VisitorClass = new (ctx: VisitorContext, env: VisitorEnv) => { bringUp(version: number): Promise<boolean> }

/** by name; an aborted object forgets, its isolate does not */
const failed = new Map<string, number>()

/** The Visitor's class, unchanged, whose first visits end as those of an object that is reset under them. */
export const failVisits = (Visitor: VisitorClass): VisitorClass =>
  class extends Visitor {
    readonly #fail: () => void

    constructor(ctx: VisitorContext, env: VisitorEnv) {
      super(ctx, env)
      const visits = JSON.parse(env.FAILING_VISITS) as Record<string, number>
      this.#fail = () => {
        const name = ctx.id.name ?? ''
        const failures = failed.get(name) ?? 0
        if (failures >= (visits[name] ?? 0)) return
        failed.set(name, failures + 1)
        ctx.abort('reset by the test')
      }
    }

    override bringUp(version: number): Promise<boolean> {
      this.#fail()
      return super.bringUp(version)
    }
  }
