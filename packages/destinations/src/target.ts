import * as v from 'valibot'

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** https, or in development plain http to this machine (DE5). */
const isTarget = (value: string): boolean => {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username } = new URL(value)
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)))
}

/** Where a destination sends to. */
export const target = v.pipe(
  v.string('must be a text'),
  v.check(isTarget, 'must be an https URL without a user name; http is for this machine alone'),
)
