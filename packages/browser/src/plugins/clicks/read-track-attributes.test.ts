import { expect, test } from 'vitest'
import { readTrackAttributes } from './read-track-attributes.ts'

test.each<[what: string, data: Record<string, string>, wanted: object]>([
  ['the event alone', { track: 'Offer Clicked' }, {}],
  ['text', { track: 'x', trackPlan: 'pro' }, { plan: 'pro' }],
  ['words of a name', { trackProductId: 'p1' }, { productId: 'p1' }],
  ['another attribute', { tracking: 'x', id: '7', trackid: '1' }, {}],
  ['whole numbers', { trackCount: '3', trackZero: '0', trackDebt: '-5' }, { count: 3, zero: 0, debt: -5 }],
  ['prices', { trackPrice: '9.90' }, { price: 9.9 }],
  [
    'codes stay text',
    { trackZip: '01067', trackSku: '1e5', trackHex: '0x10' },
    { zip: '01067', sku: '1e5', hex: '0x10' },
  ],
  ['numbers that would lose digits stay text', { trackId: '12345678901234567' }, { id: '12345678901234567' }],
  ['quotes keep a number text', { trackId: '"4711"' }, { id: '4711' }],
  ['quotes that are no JSON', { trackSize: '"a" or "b"' }, { size: '"a" or "b"' }],
  ['true and false', { trackIsNew: 'true', trackIsOld: 'false' }, { isNew: true, isOld: false }],
  ['no objects', { trackX: '{"a":1}', trackY: 'null' }, { x: '{"a":1}', y: 'null' }],
  ['nothing', { trackX: '' }, { x: '' }],
  ['long text is cut', { trackX: 'x'.repeat(5_000) }, { x: 'x'.repeat(1_000) }],
])('data-track- attributes: %s', (_what, data, wanted) => {
  expect(readTrackAttributes(data)).toEqual(wanted)
})
