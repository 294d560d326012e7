const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // a lone percent sign: what is there is what was meant
    return text
  }
}

/**
 * The part of a link that says what brought the visitor, as a query that every platform reads alike: the URLSearchParams of React Native
 * throws at a lone percent sign and at a `utm_` parameter without a value, and each event of the session would be lost with it.
 *
 * @returns '' when the link has none
 * @see readCampaign of `@spartito/protocol`
 */
export const campaignOf = (url: string): string => {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  const pairs = query.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [decoded(name), decoded(value.join('='))] as const
  })
  const said = pairs.filter(([name, value]) => value !== '' && /^utm_.|clk?id$|braid$/.test(name))
  try {
    const text = said.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
    return text && `?${text}`
  } catch {
    // half of a surrogate pair: no campaign that anybody has made
    return ''
  }
}
