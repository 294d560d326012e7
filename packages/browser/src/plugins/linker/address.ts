/** What carries a link to the other site. */
export const parameter = 'spartito_link'

const isLink = (pair: string): boolean => pair.startsWith(`${parameter}=`)
const pairsOf = (url: URL): string[] => (url.search ? url.search.slice(1).split('&') : [])

// As text, and not by `searchParams`, which writes the site's own parameters anew: a signed address would no longer fit.
const withPairs = (url: URL, pairs: string[]): string => {
  const copy = new URL(url)
  copy.search = pairs.join('&')
  return copy.href
}

export const linkIn = (url: URL): string | undefined =>
  pairsOf(url)
    .find(isLink)
    ?.slice(parameter.length + 1)

export const withoutLink = (url: URL): string =>
  withPairs(
    url,
    pairsOf(url).filter((pair) => !isLink(pair)),
  )

/** The address with the link at its end, instead of one that it may have already. */
export const withLink = (url: URL, link: string): string =>
  withPairs(url, [...pairsOf(url).filter((pair) => !isLink(pair)), `${parameter}=${link}`])
