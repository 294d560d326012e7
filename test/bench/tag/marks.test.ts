import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { markOf, marksIn } from './marks.ts'

const first = markOf('r1', 0)
const last = markOf('r1', 19)
const batch = JSON.stringify({ batch: [{ event: first }, { event: last }] })

const bodies: [what: string, body: Buffer, marks: string[]][] = [
  ['one event', Buffer.from(JSON.stringify({ event: first })), [first]],
  ['a batch', Buffer.from(batch), [first, last]],
  ['a batch that holds one twice', Buffer.from(`${batch}${batch}`), [first, last, first, last]],
  ['a batch within a string', Buffer.from(JSON.stringify({ data: batch })), [first, last]],
  ['gzip', gzipSync(batch), [first, last]],
  ["a beacon's form", Buffer.from(`data=${encodeURIComponent(Buffer.from(batch).toString('base64'))}`), [first, last]],
  ['another event', Buffer.from('{"event":"$pageview"}'), []],
]

test.each(bodies)('the marks of %s are counted', (_what, body, marks) => {
  expect(marksIn(body)).toEqual(marks)
})
