import { countEnv } from './count-env.ts'
import { countObject, type ObjectClass } from './count-object.ts'
import { newCounts } from './counts.ts'

interface Entry {
  fetch(request: Request, env: object, context: object): Response | Promise<Response>
}

/** The collector's module: its objects' classes by name, and its entry. */
export type CollectorModule = Record<string, ObjectClass | Entry>

/** The same module, unchanged, with all counted that is on the bill; `GET /bench/counts` tells. */
export const probeCollector = ({ default: collector, ...classes }: CollectorModule): CollectorModule => {
  const counts = newCounts()
  const counted = Object.entries(classes).map(([name, its]) => [name, countObject(its as ObjectClass, name, counts)])
  return {
    ...Object.fromEntries(counted),
    default: {
      fetch(request: Request, env: object, context: object) {
        if (request.url.endsWith('/bench/counts')) return Response.json(counts)
        counts.requests++
        return (collector as Entry).fetch(request, countEnv(env, counts), context)
      },
    },
  }
}
