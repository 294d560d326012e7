import { countEnv } from './count-env.ts'
import { countObject, type ObjectClass } from './count-object.ts'
import { newCounts } from './counts.ts'

interface Collector {
  Visitor: ObjectClass
  Stats: ObjectClass
  WorkspaceObject: ObjectClass
  default: { fetch(request: Request, env: object, context: object): Response | Promise<Response> }
}

/** The collector's module, unchanged, with all counted that is on the bill; `GET /bench/counts` tells. */
export const probeCollector = (collector: Collector): Collector => {
  const counts = newCounts()
  return {
    Visitor: countObject(collector.Visitor, 'visitor', counts),
    Stats: countObject(collector.Stats, 'stats', counts),
    WorkspaceObject: countObject(collector.WorkspaceObject, 'workspace', counts),
    default: {
      fetch(request, env, context) {
        if (request.url.endsWith('/bench/counts')) return Response.json(counts)
        counts.requests++
        return collector.default.fetch(request, countEnv(env, counts), context)
      },
    },
  }
}
