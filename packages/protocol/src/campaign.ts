/**
 * What brought the visitor: `utm_` parameters in Segment's words (`utm_campaign` is `name`) and the click ids of
 * advertisers, such as `gclid`, `msclkid` and `wbraid`.
 *
 * @returns undefined when the query has none
 */
export const readCampaign = (query: string): Record<string, string> | undefined => {
  let campaign: Record<string, string> | undefined
  for (const [key, value] of new URLSearchParams(query))
    if (/^utm_|clk?id$|braid$/.test(key)) {
      campaign ??= {}
      // 255 is the longest identifier on the wire; the cookie has to hold them all
      campaign[key.replace('utm_campaign', 'name').replace('utm_', '')] = value.slice(0, 255)
    }
  return campaign
}
