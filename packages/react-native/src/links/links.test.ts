import { readCampaign } from '@spartito/protocol/campaign'
import { expect, test } from 'vitest'
import { campaignOf } from './campaign-of.ts'
import { recordedUrl } from './recorded-url.ts'

test.each<[url: string, campaign: Record<string, string> | undefined]>([
  ['shop://product/7', undefined],
  ['shop://product/7?size=xl#top', undefined],
  ['https://shop.example/a?utm_source=mail&utm_campaign=spring#x?utm_source=no', { source: 'mail', name: 'spring' }],
  ['shop://a?size=xl&gclid=1&utm_term=a+b&utm_content=%C3%A9', { gclid: '1', term: 'a b', content: 'é' }],
  // at these the URLSearchParams of React Native throws
  ['shop://a?utm_source=100%&utm_medium=mail', { source: '100%', medium: 'mail' }],
  ['shop://a?utm_source&utm_medium=mail', { medium: 'mail' }],
  ['shop://a?utm_source=\ud800', undefined],
])('the campaign of %s', (url, campaign) => {
  expect(readCampaign(campaignOf(url))).toEqual(campaign)
})

test.each<[url: string, recorded: string]>([
  ['shop://product/7', 'shop://product/7'],
  ['shop://sign-in?token=s3cret#and=more', 'shop://sign-in'],
  ['https://shop.example/a?utm_source=mail&code=s3cret', 'https://shop.example/a?utm_source=mail'],
])('what is recorded of %s', (url, recorded) => {
  expect(recordedUrl(url)).toBe(recorded)
})
