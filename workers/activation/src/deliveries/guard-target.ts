const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** Why no request may go to a URL (SPEC DE5); undefined when it may. Asked before each request, whatever was checked on save. */
export const guardTarget = (url: string): string | undefined => {
  if (!URL.canParse(url)) return 'its URL cannot be read'
  const { protocol, hostname, username } = new URL(url)
  const isAllowed = username === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)))
  return isAllowed ? undefined : 'its URL must be https and without a user name; http is for this machine alone'
}
