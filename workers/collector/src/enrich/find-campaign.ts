import { cleanJson, type Event, isObject, type JsonObject } from '@spartito/protocol'
import { readCampaign } from '@spartito/protocol/campaign'

/** What no campaign is named without; a percent sign may stand for any letter. */
const mayNameCampaign = /utm_|clk?id=|braid=|%/

const queryOf = (url: string): string => {
  const at = url.indexOf('?')
  if (at < 0) return ''
  const end = url.indexOf('#', at)
  return end < 0 ? url.slice(at) : url.slice(at, end)
}

/** The campaign of a page's own query, else of its address; both as they were sent. */
const campaignOf = ({ search, url }: JsonObject): JsonObject | undefined => {
  for (const text of [search, url]) {
    if (typeof text !== 'string') continue
    const query = queryOf(text)
    const campaign = mayNameCampaign.test(query) ? readCampaign(query) : undefined
    // From an address may come what a client may not send: it is built as all that clients send is.
    const built = campaign && cleanJson(campaign, 'context.campaign', 3)
    if (built?.ok) return built.value as JsonObject
  }
  return undefined
}

const isNamed = (campaign: unknown): boolean =>
  isObject(campaign) ? Object.keys(campaign).length > 0 : campaign !== undefined && campaign !== null

/**
 * The campaign that the page of an event names, where the client names none itself: by the rules of the tag. A page is told by
 * `context.page`, and of a page call by its properties; other properties may hold any address, such as that of a link.
 *
 * @returns undefined when there is none to add
 */
export const findCampaign = ({ type, context, properties }: Event): JsonObject | undefined => {
  if (isNamed(context?.campaign)) return undefined
  const page = context?.page
  const found = isObject(page) ? campaignOf(page as JsonObject) : undefined
  return found ?? (type === 'page' && properties ? campaignOf(properties) : undefined)
}
