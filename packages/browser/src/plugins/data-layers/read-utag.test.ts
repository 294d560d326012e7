import { expect, test } from 'vitest'
import { readUtag, type UtagCall } from './read-utag.ts'

test.each<[what: string, kind: 'view' | 'link', data: unknown, wanted: UtagCall]>([
  ['a view', 'view', { page_name: 'Home' }, { variables: { page_name: 'Home' } }],
  [
    'a view that names its event',
    'view',
    { tealium_event: 'product_view', product_id: ['a'] },
    { variables: { product_id: ['a'] }, event: 'product_view' },
  ],
  ['a view that says it is one', 'view', { tealium_event: 'page_view' }, { variables: {} }],
  ['a link', 'link', { a: 1 }, { variables: { a: 1 }, event: 'link' }],
  ['a link that names its event', 'link', { tealium_event: 'download' }, { variables: {}, event: 'download' }],
  ['a link with the older name', 'link', { event_name: 'play' }, { variables: { event_name: 'play' }, event: 'play' }],
  ['an empty name is none', 'link', { tealium_event: '' }, { variables: {}, event: 'link' }],
  ['a link without variables', 'link', undefined, { variables: {}, event: 'link' }],
  [
    'what Tealium adds: cookies, query, page, its own ids',
    'view',
    {
      page_name: 'Home',
      'cp.session': 'secret',
      'qp.token': 'secret',
      'dom.url': 'x',
      'ut.version': '1',
      tealium_visitor_id: 'v',
      _t_visitor_id: 'v',
    },
    { variables: { page_name: 'Home' } },
  ],
])('%s', (_what, kind, data, wanted) => {
  expect(readUtag(kind, data)).toEqual(wanted)
})
