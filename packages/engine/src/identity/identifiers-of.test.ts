import type { Event } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { blockedValues, identifiersOf, identifierTypes } from './identifiers-of.ts'

const identifiers = [
  { type: 'email', class: 'contact', from: 'traits.email' },
  { type: 'phone', class: 'contact', from: 'traits.phone', country: 'DE' },
  { type: 'push', class: 'device', from: 'context.device.token' },
] as const
const blocked = ['Demo', ' Test@M\u00fcller.example', '0170 0000000', 'ame\u0301lie']
const types = identifierTypes({ identifiers })
const own = blockedValues({ identifiers, blocked })

const identify = (more: Partial<Event>): Event => ({
  messageId: 'm',
  type: 'identify',
  timestamp: 0,
  receivedAt: 0,
  source: 'web',
  ...more,
})

const shows: [rule: string, event: Partial<Event>, identifiers: string[], dropped: string[]][] = [
  [
    'ID4 the strongest class first, then in the order of the workspace',
    {
      anonymousId: 'a',
      userId: 'A',
      traits: { phone: '0170 1234567', email: 'A@x.example' },
      context: { device: { token: 't' } },
    },
    ['user_id:A', 'email:a@x.example', 'phone:+491701234567', 'anonymous_id:a', 'push:t'],
    [],
  ],
  ['ID2 nobody by name', { anonymousId: 'a', userId: 'NULL' }, ['anonymous_id:a'], ['blocked user_id NULL']],
  ['ID2 blanks', { anonymousId: 'a', userId: '  ' }, ['anonymous_id:a'], ['blocked user_id ']],
  [
    'ID2 nobody, where an address or a phone was expected',
    { traits: { email: 'None', phone: '000-000' } },
    [],
    ['blocked email None', 'blocked phone 000-000'],
  ],
  ["ID2 the workspace's own, without case", { userId: 'dEMO' }, [], ['blocked user_id dEMO']],
  ["ID2 the workspace's own, after NFC", { userId: 'AM\u00c9LIE' }, [], ['blocked user_id AM\u00c9LIE']],
  [
    "ID2 the workspace's own address, however it is written",
    { traits: { email: 'TEST@xn--mller-kva.example' } },
    [],
    ['blocked email test@xn--mller-kva.example'],
  ],
  [
    "ID2 the workspace's own phone, however it is written",
    { traits: { phone: '+49 170 / 000 0000' } },
    [],
    ['blocked phone +491700000000'],
  ],
  ['ID1 no address', { traits: { email: 'bob' } }, [], ['invalid email bob']],
  ['ID1 no phone', { traits: { phone: '12' } }, [], ['invalid phone 12']],
  ['ID1 no text, but a list', { traits: { email: ['a@x.example'] } }, [], ['invalid email ["a@x.example"]']],
  ['ID1 too long: shown by its beginning', { userId: 'x'.repeat(256) }, [], [`invalid user_id ${'x'.repeat(100)}`]],
  [
    'ID1 a shown beginning is whole letters',
    { userId: `x${'\u{1f3b5}'.repeat(128)}` },
    [],
    [`invalid user_id x${'\u{1f3b5}'.repeat(49)}\ufffd`],
  ],
  [
    'ID1 an object that brings a toString of its own harms nothing',
    { anonymousId: 'a', traits: { email: { toString: 'x' } } },
    ['anonymous_id:a'],
    ['invalid email {"toString":"x"}'],
  ],
  ['ID1 null is nothing shown', { anonymousId: 'a', traits: { email: null } }, ['anonymous_id:a'], []],
  [
    "a group's traits are not those of who joins it",
    { type: 'group', anonymousId: 'a', groupId: 'g', traits: { email: 'info@x.example' } },
    ['anonymous_id:a'],
    [],
  ],
]

describe('what an event shows', () => {
  test.each(shows)('%s', (_rule, event, wanted, refused) => {
    const shown = identifiersOf(identify(event), types, own)
    expect(shown.identifiers.map(({ type, value }) => `${type}:${value}`)).toEqual(wanted)
    expect(shown.dropped.map(({ code, type, value }) => `${code.replace('_identifier', '')} ${type} ${value}`)).toEqual(
      refused,
    )
  })
})
