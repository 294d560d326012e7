import { type ConsentSignals, type Event, isObject, type JsonObject, settleConsent } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { findCampaign } from './find-campaign.ts'
import { isKeptOut } from './is-bot.ts'
import { type Agent, readAgent } from './read-agent.ts'
import { type Client, keptIp } from './read-client.ts'
import { scrubUrl } from './scrub-url.ts'

/** Fields that hold addresses of pages, in `context.page` and in `properties`. */
const urlFields = ['url', 'path', 'search', 'referrer', 'referer', 'href', 'title'] as const

/** A copy where something had to be taken out, else the object itself. */
const scrubbed = (object: JsonObject): JsonObject => {
  let copy: JsonObject | undefined
  for (const field of urlFields) {
    const value = object[field]
    if (typeof value !== 'string') continue
    const clean = scrubUrl(value)
    if (clean === value) continue
    copy ??= { ...object }
    copy[field] = clean
  }
  return copy ?? object
}

/** A page by its address alone says the rest of it by that. */
const splitUrl = (page: JsonObject): JsonObject => {
  const { url } = page
  if (page.path !== undefined || typeof url !== 'string' || !URL.canParse(url)) return page
  const { pathname: path, search } = new URL(url)
  return { ...page, path, search }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const isUnsaid = (value: unknown): boolean => value === undefined || value === null

/** Fills in what is missing; what the client said of its own device stays. What is filled in is this event's own, to be changed by whoever comes later. */
const fillAgent = (context: JsonObject, { browser, os, device }: Agent): void => {
  if (browser && isUnsaid(context.browser)) context.browser = { ...browser }
  if (os && isUnsaid(context.os)) context.os = { ...os }
  if (!device) return
  const said = context.device
  if (isUnsaid(said)) context.device = { ...device }
  else if (isObject(said) && said.type === undefined) context.device = { ...(said as JsonObject), ...device }
}

/** A copy without address and place: these are said by the request, or go back in as the source wants them kept. */
const copyOf = (context: JsonObject): JsonObject => {
  if (context.ip === undefined && context.location === undefined) return { ...context }
  const { ip: _ip, location: _location, ...rest } = context
  return rest
}

const enrichContext = (said: JsonObject, client: Client, source: Source): JsonObject => {
  const isServer = source.kind === 'server'
  const context = copyOf(said)
  const agent = isServer ? readAgent(textOf(said.userAgent)) : client
  fillAgent(context, agent)
  if (isKeptOut(agent.bot, client.bots)) context.bot = true
  const ip = isServer ? keptIp(textOf(said.ip), source) : client.ip
  if (ip !== undefined) context.ip = ip
  if (!isServer && client.location) context.location = { ...client.location }
  else if (isServer && said.location !== undefined) context.location = said.location
  if (client.locale !== undefined && context.locale === undefined) context.locale = client.locale
  const { page, referrer } = context
  if (isObject(page)) context.page = scrubbed(splitUrl(page as JsonObject))
  if (isObject(referrer)) context.referrer = scrubbed(referrer as JsonObject)
  return context
}

const nothing: JsonObject = {}
const noSignals: ConsentSignals = { refused: [] }

const isEmpty = (object: JsonObject): boolean => {
  for (const _ in object) return false
  return true
}

/**
 * An event with what its request says about it: address and place (which a browser cannot set itself), browser, system and device, whether
 * a bot sent it (`context.bot`), the campaign that its page's address names, and consent in the one form that all read. URLs lose secrets and addresses of people. What was sent stays as it is.
 */
export const enrichEvent = (
  event: Event,
  client: Client,
  source: Source,
  signals?: ConsentSignals | undefined,
): Event => {
  const enriched = { ...event }
  const said = event.context ?? nothing
  const consented = signals || said.consentManagement !== undefined ? settleConsent(said, signals ?? noSignals) : said
  const context = enrichContext(consented, client, source)
  const campaign = findCampaign(event)
  if (campaign) context.campaign = campaign
  if (event.context || !isEmpty(context)) enriched.context = context
  if (event.properties) enriched.properties = scrubbed(event.properties)
  return enriched
}
