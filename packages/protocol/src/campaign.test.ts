import { expect, test } from 'vitest'
import { readCampaign } from './campaign.ts'

test.each<[query: string, wanted: Record<string, string> | undefined]>([
  ['', undefined],
  ['?page=2&q=utm', undefined],
  ['?utm_source=news&utm_medium=email&utm_campaign=summer', { source: 'news', medium: 'email', name: 'summer' }],
  ['?utm_term=a+b&utm_content=%C3%A9', { term: 'a b', content: 'é' }],
  [
    '?gclid=1&wbraid=2&msclkid=3&fbclid=4&ttclid=5',
    { gclid: '1', wbraid: '2', msclkid: '3', fbclid: '4', ttclid: '5' },
  ],
  ['?utm_source=a&utm_source=b', { source: 'b' }],
  [`?gclid=${'x'.repeat(300)}`, { gclid: 'x'.repeat(255) }],
  ['?utm_source=%E0%A4%A', { source: '\ufffd%A' }],
])('the campaign of %s', (query, wanted) => {
  expect(readCampaign(query)).toEqual(wanted)
})

test('a parameter cannot reach a prototype', () => {
  readCampaign('?utm___proto__=x&utm_constructor=y')
  expect(({} as Record<string, unknown>).x).toBeUndefined()
  expect(Object.getPrototypeOf(readCampaign('?utm___proto__=x') ?? {})).toBe(Object.prototype)
})
