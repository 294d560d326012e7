import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { type BotRule, botRule } from './is-bot.ts'
import { type Agent, readAgent } from './read-agent.ts'
import { truncateIp } from './truncate-ip.ts'

/** Where a request came from, as the network that took it knows; no finer than a city. */
export interface Place {
  country?: string
  region?: string
  city?: string
  timezone?: string
}

/** What a request itself says about who sent it. */
export interface Client extends Agent {
  /** as its source wants it kept */
  ip?: string
  location?: Place
  /** the language that is liked best */
  locale?: string
  /** whom the source wants out of its profiles; undefined when nobody */
  bots?: BotRule
}

/** An address as a source wants it kept: truncated unless it says otherwise. */
export const keptIp = (ip: string | null | undefined, { ip: policy = 'truncate' }: Source): string | undefined => {
  if (!ip || policy === 'drop') return undefined
  const truncated = truncateIp(ip)
  return policy === 'keep' && truncated !== undefined ? ip : truncated
}

const placeFields = ['country', 'region', 'city', 'timezone'] as const

const readPlace = ({ cf }: Request): Place | undefined => {
  if (!cf) return undefined
  let place: Place | undefined
  for (const field of placeFields) {
    const value = cf[field]
    if (typeof value !== 'string' || value === '') continue
    place ??= {}
    place[field] = value
  }
  return place
}

/**
 * What a visitor's own request says: address, place, browser and device. A server's request says nothing about its visitors: what it knows of
 * them is in its events.
 */
export const readClient = (request: Request, source: Source, env: Env): Client => {
  const bots = botRule(source, env)
  if (source.kind === 'server') return bots ? { bots } : {}
  const ip = keptIp(request.headers.get('cf-connecting-ip'), source)
  // Who keeps no address keeps no place that comes from it.
  const location = source.ip === 'drop' ? undefined : readPlace(request)
  const languages = request.headers.get('accept-language')
  const locale = languages ? /^[\w-]{2,35}/.exec(languages)?.[0] : undefined
  const client: Client = { ...readAgent(request.headers.get('user-agent') ?? undefined, request.headers) }
  if (ip) client.ip = ip
  if (location) client.location = location
  if (locale) client.locale = locale
  if (bots) client.bots = bots
  return client
}
