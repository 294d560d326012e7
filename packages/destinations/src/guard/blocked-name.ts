/**
 * Names that mean this machine or a network of one's own: RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), `internal`
 * (reserved by ICANN in 2024; clouds serve their metadata there), and what private networks use by custom.
 */
const privateNames = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'home.arpa',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
]

/** Why no request may go to a name; undefined for one of the public internet. */
export const blockedName = (host: string): string | undefined => {
  const found = privateNames.find((name) => host === name || host.endsWith(`.${name}`))
  if (found) return `a name under .${found}`
  return host.includes('.') ? undefined : 'a name without a dot'
}
