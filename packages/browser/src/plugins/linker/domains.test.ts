import { expect, test } from 'vitest'
import { leadsToOwnSite } from './domains.ts'

const domains = ['a.example', 'b.example', 'shop.c.example']

const table: [what: string, from: string, to: string, leads: boolean][] = [
  ['another domain of the list', 'https://a.example/', 'https://b.example/x', true],
  ['a host under one', 'https://www.a.example/', 'https://www.b.example/', true],
  ['from a site that is not listed itself', 'https://d.example/', 'https://a.example/', true],
  ['the same host', 'https://a.example/', 'https://a.example/other', false],
  [
    'another host under the same domain, which has the same cookie',
    'https://www.a.example/',
    'https://a.example/',
    false,
  ],
  ['a host above the listed one', 'https://a.example/', 'https://c.example/', false],
  ['a name that ends alike', 'https://a.example/', 'https://evilb.example/', false],
  ['a name that begins alike', 'https://a.example/', 'https://b.example.evil.example/', false],
  ['nobody’s', 'https://a.example/', 'https://evil.example/', false],
  ['unencrypted, from https', 'https://a.example/', 'http://b.example/', false],
  ['unencrypted, from http', 'http://a.example/', 'http://b.example/', true],
  ['no page', 'https://a.example/', 'mailto:x@b.example', false],
  ['a script', 'https://a.example/', 'javascript:0', false],
]
test.each(table)('%s', (_what, from, to, leads) => {
  expect(leadsToOwnSite(new URL(from), new URL(to), domains)).toBe(leads)
})

test('without domains nothing leads anywhere', () => {
  expect(leadsToOwnSite(new URL('https://a.example/'), new URL('https://b.example/'), [])).toBe(false)
})
