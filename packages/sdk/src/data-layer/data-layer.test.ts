import { describe, expect, test } from 'vitest'
import { createEmitter } from '../emitter.ts'
import type { Properties } from '../plan.ts'
import { adoptDataLayer } from './adopt-data-layer.ts'
import { createDataLayer } from './data-layer.ts'
import { merge } from './merge.ts'
import { readItem } from './read-item.ts'

const make = () => {
  const emitter = createEmitter()
  const tracked: [string, Properties][] = []
  const seen: [Properties, Properties][] = []
  let failed = 0
  emitter.on('push', (item, state) => seen.push([item, state]))
  const push = createDataLayer(
    emitter,
    (name, properties) => tracked.push([name, properties]),
    () => failed++,
  )
  // all who listen are here
  push()
  return { emitter, push, tracked, seen, failed: () => failed }
}

test('what is pushed waits until nothing is pushed: those who come later hear of it too', () => {
  const tracked: string[] = []
  const emitter = createEmitter()
  const push = createDataLayer(
    emitter,
    (name) => tracked.push(name),
    () => undefined,
  )
  push({ event: 'a' }, { event: 'b' })
  expect(tracked).toEqual([])
  emitter.on('push', (item) => {
    item.event = `${item.event}!`
  })
  push()
  push({ event: 'c' })
  expect(tracked).toEqual(['a!', 'b!', 'c!'])
})

const list = (...input: unknown[]): unknown => {
  const gtag = function () {
    // biome-ignore lint/complexity/noArguments: gtag pushes its arguments, which are no array
    return arguments
  } as (...values: unknown[]) => unknown
  return gtag(...input)
}

test.each<[what: string, item: unknown, wanted: unknown]>([
  ['Google Tag Manager’s object', { event: 'x', a: 1 }, { event: 'x', a: 1 }],
  ['gtag event', list('event', 'purchase', { value: 1 }), { event: 'purchase', value: 1 }],
  ['gtag event without parameters', list('event', 'login'), { event: 'login' }],
  ['gtag set with an object', list('set', { currency: 'EUR' }), { currency: 'EUR' }],
  ['gtag set with a name', list('set', 'user_properties', { plan: 'a' }), { user_properties: { plan: 'a' } }],
  [
    'gtag consent',
    list('consent', 'update', { ad_storage: 'denied' }),
    { consent: { update: { ad_storage: 'denied' } } },
  ],
  ['the same as an array', ['event', 'purchase', { value: 1 }], { event: 'purchase', value: 1 }],
  ['gtag js', list('js', new Date(0)), undefined],
  ['gtag config', list('config', 'G-1', { a: 1 }), undefined],
  ['text', 'x', undefined],
])('%s', (_what, item, wanted) => {
  expect(readItem(item)).toEqual(wanted)
})

describe('merging', () => {
  test.each<[what: string, state: unknown, item: Properties, wanted: unknown]>([
    ['adds', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['replaces values', { a: 1 }, { a: 'x' }, { a: 'x' }],
    ['merges objects', { a: { b: 1, c: 2 } }, { a: { c: 3 } }, { a: { b: 1, c: 3 } }],
    ['replaces lists', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ['an object takes the place of a value', { a: 'text' }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['null replaces', { a: { b: 1 } }, { a: null }, { a: null }],
  ])('%s', (_what, state, item, wanted) => {
    expect(merge(state, item)).toEqual(wanted)
  })

  test('leaves the state before as it was', () => {
    const before = { a: { b: 1 } }
    merge(before, { a: { b: 2 } })
    expect(before).toEqual({ a: { b: 1 } })
  })

  test('reaches no prototype', () => {
    merge({}, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'))
    expect(({} as Properties).polluted).toBeUndefined()
  })
})

describe('pushing', () => {
  test('merges, tells listeners with the state at that moment, and tracks what names an event', () => {
    const { push, tracked, seen } = make()
    push({ page: { type: 'home' } }, { event: 'Viewed', sku: 1 })
    push({ page: { lang: 'de' } })
    expect(seen.map(([, state]) => state)).toEqual([
      { page: { type: 'home' } },
      { page: { type: 'home' }, event: 'Viewed', sku: 1 },
      { page: { type: 'home', lang: 'de' }, event: 'Viewed', sku: 1 },
    ])
    expect(tracked).toEqual([['Viewed', { sku: 1 }]])
  })

  const items: [what: string, make: () => unknown][] = [
    ['an object', () => ({ event: 'purchase', value: 1 })],
    ['gtag’s list', () => list('event', 'purchase', { value: 1 })],
  ]
  test.each(items)(
    'a listener may rename %s and give it other properties; the page’s own stays as it was',
    (_what, make_) => {
      const { emitter, push, tracked, seen } = make()
      emitter.on('push', (item) => {
        item.event = 'Order Completed'
        item.revenue = item.value
        delete item.value
      })
      const item = make_()
      push(item)
      expect(tracked).toEqual([['Order Completed', { revenue: 1 }]])
      expect(item).toEqual(make_())
      expect(seen[0]![1]).toEqual({ event: 'purchase', value: 1 })
    },
  )

  test('a listener that takes the event away drops it, and one that names an event adds it', () => {
    const { emitter, push, tracked } = make()
    emitter.on('push', (item) => {
      item.event = item.event === 'noise' ? undefined : (item.event ?? 'Named')
    })
    push({ event: 'noise' }, { event: 'kept' }, { a: 1 }, { event: 'gtm.click' })
    expect(tracked).toEqual([
      ['kept', {}],
      ['Named', { a: 1 }],
    ])
  })

  test('a listener that changes what gtag sets changes nothing of the page', () => {
    const { emitter, push } = make()
    emitter.on('push', (item) => {
      item.currency = 'USD'
    })
    const parameters = { currency: 'EUR' }
    push(list('set', parameters))
    expect(parameters).toEqual({ currency: 'EUR' })
  })

  test('keeps the order when a listener pushes', () => {
    const { emitter, push, tracked } = make()
    emitter.on('push', ({ event }) => {
      if (event === 'a') push({ event: 'from the listener' })
    })
    push({ event: 'a' }, { event: 'b' })
    expect(tracked.map(([name]) => name)).toEqual(['a', 'b', 'from the listener'])
  })

  test('tracks none of Google’s own events', () => {
    const { push, tracked } = make()
    push({ event: 'gtm.js' }, { event: 'gtm.click' }, { event: 7 }, { event: 'gtmx' })
    expect(tracked.map(([name]) => name)).toEqual(['gtmx'])
  })

  test('QU4 hostile items are counted, and silence nothing', () => {
    const { push, tracked, failed } = make()
    const cycle: Properties = {}
    cycle.cycle = cycle
    const throws = {
      get event(): string {
        throw new Error('no')
      },
    }
    push(throws, cycle, null, undefined, { event: 'fine' })
    push(throws)
    push(5, 'text', () => 1, Symbol.iterator, Object.create(null), { length: 1e9 }, { event: 'still fine' })
    expect(tracked.map(([name]) => name)).toEqual(['fine', 'still fine'])
    expect(failed()).toBe(5)
  })

  test('QU4 a listener that throws stops nobody', () => {
    const { emitter, push, tracked, failed } = make()
    emitter.on('push', () => {
      throw new Error('the page’s bug')
    })
    push({ event: 'a' }, { event: 'b' })
    expect(tracked).toHaveLength(2)
    expect(failed()).toBe(0)
  })
})

describe('adopting what the page has', () => {
  test('takes what was pushed before, then each push, and hands it on', () => {
    const { push, tracked } = make()
    const layer: unknown[] = [{ event: 'before 1' }, list('event', 'before 2')]
    adoptDataLayer(layer, push)
    expect(layer.push({ event: 'after' }, { a: 1 })).toBe(4)
    expect(layer).toHaveLength(4)
    expect(tracked.map(([name]) => name)).toEqual(['before 1', 'before 2', 'after'])
  })

  test('what a listener pushes into it meanwhile comes after all that was there', () => {
    const { emitter, push, tracked } = make()
    const layer: unknown[] = [{ event: 'a' }, { event: 'b' }]
    emitter.on('push', ({ event }) => {
      if (event === 'a') layer.push({ event: 'nested' })
    })
    adoptDataLayer(layer, push)
    expect(tracked.map(([name]) => name)).toEqual(['a', 'b', 'nested'])
  })

  test('lives with a tag manager that wraps push later', () => {
    const { push, tracked } = make()
    const layer: unknown[] = []
    adoptDataLayer(layer, push)
    const ours = layer.push
    layer.push = (...items) => ours.apply(layer, items)
    layer.push({ event: 'x' })
    expect(tracked).toHaveLength(1)
    expect(layer).toHaveLength(1)
  })
})
