import { type Event, isObject, type JsonObject } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { readAgent } from './read-agent.ts'
import { type Client, keptIp } from './read-client.ts'
import { scrubUrl } from './scrub-url.ts'

/** Fields that hold addresses of pages, in `context.page` and in `properties`. */
const urlFields = ['url', 'path', 'search', 'referrer', 'referer', 'href', 'title'] as const

const scrubbed = (object: JsonObject): JsonObject => {
  let changed = object
  for (const field of urlFields) {
    const value = object[field]
    if (typeof value !== 'string') continue
    const clean = scrubUrl(value)
    if (clean !== value) changed = { ...changed, [field]: clean }
  }
  return changed
}

/** A page by its address alone says the rest of it by that. */
const splitUrl = (page: JsonObject): JsonObject => {
  const { url } = page
  if (typeof url !== 'string' || page.path !== undefined || !URL.canParse(url)) return page
  const { pathname: path, search } = new URL(url)
  return { ...page, path, search }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Fills in what is missing; what the client said of its own device stays. */
const filled = (context: JsonObject, found: Omit<Client, 'ip' | 'location' | 'locale'>): JsonObject => {
  let all = context
  for (const field of ['browser', 'os', 'device'] as const) {
    const its = found[field]
    if (!its) continue
    const said = context[field]
    if (said === undefined || said === null) all = { ...all, [field]: { ...its } }
    else if (field === 'device' && isObject(said) && said.type === undefined)
      all = { ...all, device: { ...(said as JsonObject), ...its } }
  }
  return all
}

/**
 * An event with what its request says about it: address and place (which a browser cannot set itself), browser, system and device. URLs lose
 * secrets and addresses of people.
 */
export const enrichEvent = (event: Event, client: Client, source: Source): Event => {
  const { ip: saidIp, location: saidLocation, ...said } = event.context ?? {}
  const isServer = source.kind === 'server'
  const ip = isServer ? keptIp(textOf(saidIp), source) : client.ip
  const location = isServer ? saidLocation : client.location && { ...client.location }
  const agent = isServer ? readAgent(textOf(said.userAgent)) : client
  let context: JsonObject = {
    ...filled(said, agent),
    ...(ip !== undefined && { ip }),
    ...(location !== undefined && { location }),
    ...(client.locale !== undefined && said.locale === undefined && { locale: client.locale }),
  }
  for (const field of ['page', 'referrer'] as const) {
    const its = context[field]
    if (isObject(its))
      context = { ...context, [field]: scrubbed(field === 'page' ? splitUrl(its as JsonObject) : (its as JsonObject)) }
  }
  const properties = event.properties && scrubbed(event.properties)
  return {
    ...event,
    ...(Object.keys(context).length > 0 && { context }),
    ...(properties && { properties }),
  }
}
