/**
 * The origin of an address, as a browser writes it; undefined for what has none, and for one that hides where it leads behind a user name. By
 * a pattern, since the URL of React Native says the origin of none.
 */
export const originOf = (address: string): string | undefined =>
  /^(https?:\/\/[^/?#\\@\s]+)(?:[/?#]|$)/i
    .exec(address)?.[1]
    ?.toLowerCase()
    .replace(/^(http:\/\/.*):80$|^(https:\/\/.*):443$/, '$1$2')
