import { callIngest, type TakesRequests } from '../../../workers/collector/src/visitor/call-ingest.ts'
import type { IngestRequest } from '../../../workers/collector/src/visitor/requests.ts'
import { countEnv } from './count-env.ts'
import { countObject, type ObjectClass } from './count-object.ts'
import { newCounts } from './counts.ts'

interface Entry {
  fetch(request: Request, env: object, context: object): Response | Promise<Response>
}

/** The collector's module: its objects' classes by name, and its entry. */
export type CollectorModule = Record<string, ObjectClass | Entry>

/** What an object is handed as the collector would have handed it long ago. */
export interface HandedIn {
  /** of the object */
  name: string
  request: IngestRequest
}

const handIn = async ({ name, request }: HandedIn, env: object): Promise<Response> => {
  const { VISITOR } = env as { VISITOR: { getByName(name: string): TakesRequests } }
  return Response.json(await callIngest(VISITOR.getByName(name), request))
}

/**
 * The same module, unchanged, with all counted that is on the bill; `GET /bench/counts` tells. `POST /bench/ingest` makes what
 * happened long ago, since the collector dates what it receives.
 */
export const probeCollector = ({ default: collector, ...classes }: CollectorModule): CollectorModule => {
  const counts = newCounts()
  const counted = Object.entries(classes).map(([name, its]) => [name, countObject(its as ObjectClass, name, counts)])
  return {
    ...Object.fromEntries(counted),
    default: {
      async fetch(request: Request, env: object, context: object) {
        if (request.url.endsWith('/bench/counts')) return Response.json(counts)
        if (request.url.endsWith('/bench/ingest')) return handIn((await request.json()) as HandedIn, env)
        counts.requests++
        return (collector as Entry).fetch(request, countEnv(env, counts), context)
      },
    },
  }
}
