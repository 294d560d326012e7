/** The domain of the list that a host is of: the host itself, or one that it is under. */
export const domainOf = (host: string, domains: readonly string[]): string | undefined =>
  domains.find((domain) => host === domain || host.endsWith(`.${domain}`))

/**
 * Whether an address is of another of the owner's sites: hosts under one domain share the visitor's cookie, so nothing has to be carried
 * from one to the other. From a page with https nothing goes out unencrypted.
 */
export const leadsToOwnSite = (
  from: Pick<URL, 'hostname' | 'protocol'>,
  to: URL,
  domains: readonly string[],
): boolean => {
  const domain = domainOf(to.hostname, domains)
  return (
    domain !== undefined &&
    domain !== domainOf(from.hostname, domains) &&
    (to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:'))
  )
}
