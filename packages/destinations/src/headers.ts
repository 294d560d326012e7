import * as v from 'valibot'

/** What the runtime or the protocol says itself (RELIABILITY T17): set by hand these could part a request in two, or pass it off as another's. */
const reserved = new Set([
  'host',
  'connection',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'keep-alive',
  'expect',
  'cookie',
  'date',
  'via',
  'forwarded',
  'origin',
])
const reservedBeginnings = ['proxy-', 'sec-', 'cf-', 'x-forwarded-', 'webhook-']

/** RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
/** Printable ASCII, neither beginning nor ending with a space: no CR, LF or NUL. */
const value = /^(?:[\x21-\x7e](?:[\x20-\x7e]{0,1998}[\x21-\x7e])?)?$/

const isFree = (name: string): boolean => {
  const lower = name.toLowerCase()
  return !reserved.has(lower) && !reservedBeginnings.some((beginning) => lower.startsWith(beginning))
}

const maxHeaders = 20

/** Headers that the owner adds to a request, by name. */
export const headers = v.pipe(
  v.record(
    v.pipe(
      v.string('must be text'),
      v.regex(token, 'is no name of a header: use letters, digits and -'),
      v.check(isFree, 'is a header that Spartito or the protocol sets: leave it out'),
    ),
    v.pipe(v.string('must be text'), v.regex(value, 'must be printable ASCII, without line breaks and outer spaces')),
    'must be an object of texts',
  ),
  v.check((given) => Object.keys(given).length <= maxHeaders, `may hold ${maxHeaders} headers`),
  v.check(
    (given) => new Set(Object.keys(given).map((name) => name.toLowerCase())).size === Object.keys(given).length,
    'names a header twice, in different case',
  ),
)

/** Names in lower case, so that what is set by hand and what a kind sets cannot both be there. */
export const lowerCased = (given: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, text]) => [name.toLowerCase(), text]))

const keyHeaders = ['authorization', 'x-api-key', 'api-key', 'apikey', 'x-auth-token']

/** The values of headers that hold a key by their name: written down, every administrator could read it. */
export const keysIn = (given: Readonly<Record<string, string>>): string[] =>
  Object.entries(given).flatMap(([name, text]) => (keyHeaders.includes(name.toLowerCase()) ? [text] : []))
