import { isObject } from '@spartito/protocol'
import type { Destination } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import { deliveriesOf } from '../deliveries/read-deliveries.ts'
import type { FoundSecret, Tried } from '../deliveries/rpc.ts'
import type { Env } from '../env.ts'
import { publishedWorkspace } from '../workspace/published-workspace.ts'
import { type AdminApp, problem } from './problem.ts'

/** Where changes and events go (SPEC AD): what each is set to, and whether it works. */
export const destinationRoutes = new Hono<AdminApp>()

/** A destination as administrators see it: its secrets by name alone. */
interface DestinationView extends Omit<Destination, 'settings'> {
  settings: Record<string, unknown>
  secrets: FoundSecret[]
}

/** Secrets are activation's: any of the destination's objects there can say whether they are set. */
const secretsOf = (env: Env, destination: Destination): Promise<FoundSecret[]> =>
  deliveriesOf(env, destination.id, 0).secrets(JSON.stringify(destination)) as Promise<FoundSecret[]>

/** The settings without those at some paths. */
const without = (settings: object, paths: ReadonlySet<string>, within = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      const path = `${within}${name}`
      if (paths.has(path)) return []
      return [[name, isObject(value) ? without(value, paths, `${path}.`) : value]]
    }),
  )

const viewOf = async (env: Env, destination: Destination): Promise<DestinationView> => {
  const secrets = await secretsOf(env, destination)
  const hidden = new Set(secrets.map(({ setting }) => setting))
  return { ...destination, settings: without(destination.settings, hidden), secrets }
}

destinationRoutes.get('/', async (c) => {
  const { workspace } = await publishedWorkspace(c.env)
  return c.json({
    destinations: await Promise.all((workspace.destinations ?? []).map((destination) => viewOf(c.env, destination))),
  })
})

const unknown = (c: Context<AdminApp>, id: string, known: readonly Destination[]): Response =>
  c.json(
    problem(
      'not_found',
      `the workspace has no destination "${id}": it has ${known.map((one) => one.id).join(', ') || 'none'}`,
    ),
    404,
  )

destinationRoutes.post('/:id/test', async (c) => {
  const id = c.req.param('id')
  const { workspace } = await publishedWorkspace(c.env)
  const destinations = workspace.destinations ?? []
  // One that is switched off may be tried: that is when one wants to know.
  const destination = destinations.find((one) => one.id === id)
  if (!destination) return unknown(c, id, destinations)
  const audiences = (workspace.audiences ?? []).map((audience) => audience.id)
  const object = deliveriesOf(c.env, id, 0)
  const { sent, attempt, latencyMs } = (await object.tryOut(JSON.stringify(destination), audiences)) as Tried
  const { outcome, status, reason } = attempt
  return c.json({ destination: id, sent, outcome, status: status ?? null, reason: reason ?? null, latencyMs })
})
