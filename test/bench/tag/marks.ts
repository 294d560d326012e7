import { gunzipSync } from 'node:zlib'

const mark = /Bench_\w+?_\d{3}/g

/** The name of an event of the bench: it says of which run it is, and which one, wherever it turns up. @param run letters and digits */
export const markOf = (run: string, index: number): string => `Bench_${run}_${String(index).padStart(3, '0')}`

/** The names of a page's events. */
export const marksOf = (run: string, events: number): string[] =>
  Array.from({ length: events }, (_, index) => markOf(run, index))

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** What a form's field `data` holds, the way that beacons are sent: base64 of the events. */
const formData = (text: string): string => fromBase64(new URLSearchParams(text).get('data') ?? '')

/**
 * The marks in a request's body, one for each event that it brings. The bodies are JSON of one event or of many, packed with
 * gzip or not, or base64 in a form; where an event stands in them is each peer's own matter, its name stands there once.
 */
export const marksIn = (body: Buffer): string[] => {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b
  const text = (isGzip ? gunzipSync(body) : body).toString('utf8')
  return (text.startsWith('data=') ? formData(text) : text).match(mark) ?? []
}
