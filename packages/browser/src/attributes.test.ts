import { expect, test } from 'vitest'
import { readAttributes, readPlugins, type TagConfig } from './attributes.ts'

const src = 'https://collect.example/tag.js'
const defaults: TagConfig = {
  writeKey: 'wk',
  collector: src,
  consent: { policy: undefined, purposes: undefined, collect: undefined },
  credentials: undefined,
  pageViews: true,
  isStoring: true,
}

test.each<[what: string, data: Record<string, string>, wanted: TagConfig]>([
  ['a write key alone', {}, defaults],
  ['another collector', { collector: 'https://c.example' }, { ...defaults, collector: 'https://c.example' }],
  [
    'consent',
    { consent: 'opt-out', purposes: 'analytics marketing', collect: 'analytics' },
    { ...defaults, consent: { policy: 'opt-out', purposes: ['analytics', 'marketing'], collect: ['analytics'] } },
  ],
  [
    'words over several lines',
    { purposes: ' analytics\n  marketing ' },
    { ...defaults, consent: { ...defaults.consent, purposes: ['analytics', 'marketing'] } },
  ],
  ['no words are the default', { purposes: ' ' }, defaults],
  ['no page views', { pageViews: 'false' }, { ...defaults, pageViews: false }],
  ['page views by name', { pageViews: '' }, defaults],
  [
    'nothing stored',
    { storage: 'none', credentials: 'include' },
    { ...defaults, isStoring: false, credentials: 'omit' },
  ],
  ['cookies for the collector', { credentials: 'include' }, { ...defaults, credentials: 'include' }],
])('the script’s attributes: %s', (_what, data, wanted) => {
  expect(readAttributes({ writeKey: 'wk', ...data }, src)).toEqual(wanted)
})

test('the collector is the origin that the script came from', () => {
  const { collector } = readAttributes({ writeKey: 'wk' }, 'https://collect.example/some/where/tag.0123.js?x')
  expect(new URL('/v1/batch', collector).href).toBe('https://collect.example/v1/batch')
})

test.each<[what: string, data: Record<string, string>, query: string, wanted: string[] | undefined]>([
  ['none', {}, '', undefined],
  ['none by name', { capture: '', plugins: ' ' }, '?spartito=1', undefined],
  ['what captures', { capture: 'clicks  forms' }, '', ['clicks', 'forms']],
  ['others, after what captures', { plugins: 'tcf\n banner', capture: 'errors' }, '', ['errors', 'tcf', 'banner']],
  ['what the address asks for', { plugins: 'tcf' }, '?a=b&spartito_debug', ['tcf', 'debug']],
])('the plugins: %s', (_what, data, query, wanted) => {
  expect(readPlugins(data, query)).toEqual(wanted)
})
