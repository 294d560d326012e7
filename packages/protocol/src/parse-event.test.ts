import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Event } from './event.ts'
import { limits } from './limits.ts'
import { type Arrival, parseEvent } from './parse-event.ts'
import type { RefusalCode } from './refusal.ts'
import { readTime } from './time.ts'

interface Vectors {
  receivedAt: number
  source: string
  cases: { rule: string; sentAt?: string; raw: unknown; event: Event }[]
}

// Read as text: a bundler's reader of JSON refuses the lone surrogate that a client may send.
const vectors = JSON.parse(readFileSync(new URL('../vectors/events.json', import.meta.url), 'utf8')) as Vectors

const arrival = (more: Partial<Arrival> = {}): Arrival => ({
  source: vectors.source,
  receivedAt: vectors.receivedAt,
  newMessageId: () => 'made',
  ...more,
})

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) })
const track = (more: object) => ({ type: 'track', event: 'x', anonymousId: 'a', messageId: 'm', ...more })

describe('golden vectors', () => {
  test.each(vectors.cases.map((vector) => [vector.rule, vector] as const))('%s', (_rule, { raw, sentAt, event }) => {
    const parsed = parseEvent(raw, arrival({ sentAt: readTime(sentAt) }))
    expect(parsed).toEqual({ ok: true, value: event })
  })
})

const refused: [rule: string, raw: unknown, code: RefusalCode, names: string][] = [
  ['WI5 not an object', 5, 'invalid_field', 'object'],
  ['WI5 a list', [], 'invalid_field', 'object'],
  ['WI5 no type', { anonymousId: 'a' }, 'missing_type', 'track'],
  ['WI5 an unknown type', { type: 'click' }, 'unknown_type', 'track'],
  ['WI5 a type that is a name of every object', { type: 'constructor' }, 'unknown_type', 'track'],
  ['WI5 a track without a name', { type: 'track', anonymousId: 'a' }, 'missing_event_name', 'event'],
  ['WI5 a track with an empty name', track({ event: '' }), 'missing_event_name', 'event'],
  ['WI5 a name that is an object', track({ event: {} }), 'invalid_field', 'event'],
  ['WI5 a userId that is a list', track({ userId: ['A'] }), 'invalid_field', 'userId'],
  ['WI5 properties that are text', track({ properties: 'x' }), 'invalid_field', 'properties'],
  ['WI5 properties that are a list', track({ properties: [] }), 'invalid_field', 'properties'],
  ['WI8 a time that is none', track({ timestamp: 'yesterday' }), 'bad_timestamp', 'timestamp'],
  ['WI8 a time that is an object', track({ originalTimestamp: {} }), 'bad_timestamp', 'originalTimestamp'],
  ['WI3 a name too long', track({ event: 'x'.repeat(limits.nameLength + 1) }), 'invalid_field', '201'],
  ['WI3 a property name too long', track({ properties: { ['x'.repeat(201)]: 1 } }), 'invalid_field', '201'],
  ['WI3 nested too deep', track({ properties: nested(limits.depth) }), 'too_deep', '16'],
  ['T15 a number that is infinite', track({ properties: { n: Number.POSITIVE_INFINITY } }), 'invalid_field', 'number'],
]

describe('what is refused says what to do', () => {
  test.each(refused)('%s', (_rule, raw, code, names) => {
    const parsed = parseEvent(raw, arrival())
    expect(parsed).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(names) } })
  })
})

describe('what is taken', () => {
  test('WI3 the deepest nesting that is allowed', () => {
    expect(parseEvent(track({ properties: nested(limits.depth - 1) }), arrival()).ok).toBe(true)
  })

  test('an event without a messageId is given one', () => {
    expect(parseEvent({ type: 'page', anonymousId: 'a' }, arrival())).toMatchObject({ value: { messageId: 'made' } })
  })

  test('the type that the route names holds over the one in the body', () => {
    expect(parseEvent({ type: 'page', anonymousId: 'a' }, arrival({ type: 'screen' }))).toMatchObject({
      value: { type: 'screen' },
    })
  })

  test.each<[rule: string, sent: object, traits: object | undefined]>([
    [
      'an identify says who in its traits',
      { type: 'identify', traits: { a: 1 }, context: { traits: { b: 2 } } },
      { a: 1 },
    ],
    ["RudderStack's says it in the context", { type: 'identify', context: { traits: { b: 2 } } }, { b: 2 }],
    [
      'what the context repeats with another event is no news',
      { type: 'page', context: { traits: { b: 2 } } },
      undefined,
    ],
  ])('WI1 %s', (_rule, sent, traits) => {
    const parsed = parseEvent({ anonymousId: 'a', ...sent }, arrival())
    expect(parsed.ok && parsed.value.traits).toEqual(traits)
  })

  test('T12 nothing that was parsed reaches the prototype of another object', () => {
    const raw = JSON.parse(
      '{"type":"page","anonymousId":"a","context":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    )
    expect(parseEvent(raw, arrival()).ok).toBe(true)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})
