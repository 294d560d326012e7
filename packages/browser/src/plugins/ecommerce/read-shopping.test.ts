import type { Properties } from '@spartito/sdk'
import { describe, expect, test } from 'vitest'
import { createNames } from './event-names.ts'
import { readShopping } from './read-shopping.ts'

const nameOf = createNames()

describe('one name, whoever gave it', () => {
  test.each([
    ['search', 'Products Searched'],
    ['view_search_results', 'Products Searched'],
    ['view_item_list', 'Product List Viewed'],
    ['view_promotion', 'Promotion Viewed'],
    ['select_promotion', 'Promotion Clicked'],
    ['select_item', 'Product Clicked'],
    ['view_item', 'Product Viewed'],
    ['add_to_cart', 'Product Added'],
    ['remove_from_cart', 'Product Removed'],
    ['add_to_wishlist', 'Product Added to Wishlist'],
    ['view_cart', 'Cart Viewed'],
    ['begin_checkout', 'Checkout Started'],
    ['add_shipping_info', 'Checkout Step Completed'],
    ['add_payment_info', 'Payment Info Entered'],
    ['purchase', 'Order Completed'],
    ['refund', 'Order Refunded'],
    ['Product Viewed', 'Product Viewed'],
    ['product viewed', 'Product Viewed'],
    ['product_viewed', 'Product Viewed'],
    ['Viewed Product', 'Product Viewed'],
    ['Viewed Product Category', 'Product List Viewed'],
    ['Completed Order', 'Order Completed'],
    ['Product Removed from Wishlist', 'Product Removed from Wishlist'],
    ['Product', undefined],
    ['login', undefined],
    ['', undefined],
    ['constructor', undefined],
    [7, undefined],
    [undefined, undefined],
  ])('%s → %s', (event, wanted) => {
    expect(nameOf(event)).toBe(wanted)
  })
})

const shirt = { item_id: 'S1', item_name: 'Shirt', item_brand: 'Alba', item_category: 'Tops', item_category2: 'Linen' }
const shirtHere = { product_id: 'S1', name: 'Shirt', brand: 'Alba', category: 'Tops', category2: 'Linen' }

/** What events a row of a table says, short. */
type Row = [what: string, item: Properties, wanted: [event: string, properties: Properties][]]

const check = ([, item, wanted]: Row, state: Properties = item): void => {
  const before = JSON.stringify(item)
  expect(readShopping(item, state, nameOf)).toEqual(wanted.map(([event, properties]) => ({ event, properties })))
  expect(JSON.stringify(item)).toBe(before)
}

const analytics4: Row[] = [
  ['search', { event: 'search', search_term: 'linen' }, [['Products Searched', { query: 'linen' }]]],
  [
    'a list',
    {
      event: 'view_item_list',
      ecommerce: {
        item_list_id: 'summer',
        item_list_name: 'Summer',
        items: [{ ...shirt, index: 0 }, { item_id: 'S2' }],
      },
    },
    [
      [
        'Product List Viewed',
        {
          list_id: 'summer',
          list_name: 'Summer',
          products: [{ ...shirtHere, position: 0 }, { product_id: 'S2' }],
        },
      ],
    ],
  ],
  [
    'a product, with what the page says beside it',
    {
      event: 'view_item',
      page_type: 'product',
      ecommerce: { currency: 'EUR', value: 30, items: [{ ...shirt, price: 30 }] },
    },
    [['Product Viewed', { page_type: 'product', currency: 'EUR', value: 30, ...shirtHere, price: 30 }]],
  ],
  [
    'two products into the cart are two events; the value is of both, so neither has it',
    {
      event: 'add_to_cart',
      ecommerce: {
        currency: 'EUR',
        value: 70,
        items: [
          { ...shirt, price: 30, quantity: 2 },
          { item_id: 'S2', price: 10 },
        ],
      },
    },
    [
      ['Product Added', { currency: 'EUR', ...shirtHere, price: 30, quantity: 2 }],
      ['Product Added', { currency: 'EUR', product_id: 'S2', price: 10 }],
    ],
  ],
  ['a wish', { event: 'add_to_wishlist', ecommerce: { items: [shirt] } }, [['Product Added to Wishlist', shirtHere]]],
  [
    'shipping',
    { event: 'add_shipping_info', ecommerce: { shipping_tier: 'Express', items: [{ item_id: 'S1' }] } },
    [['Checkout Step Completed', { shipping_method: 'Express', products: [{ product_id: 'S1' }] }]],
  ],
  [
    'payment, by gtag',
    { event: 'add_payment_info', payment_type: 'Card', coupon: 'MAY', send_to: 'G-1', event_callback: () => 0 },
    [['Payment Info Entered', { payment_method: 'Card', coupon: 'MAY' }]],
  ],
  [
    'an order, by gtag, with amounts as text',
    {
      event: 'purchase',
      transaction_id: 'T1',
      affiliation: 'Shop',
      value: '59.90',
      tax: '9.56',
      shipping: 5,
      currency: 'EUR',
      coupon: 'MAY',
      items: [{ ...shirt, price: '29.95', quantity: '2', discount: 1 }],
    },
    [
      [
        'Order Completed',
        {
          order_id: 'T1',
          affiliation: 'Shop',
          revenue: 59.9,
          tax: 9.56,
          shipping: 5,
          currency: 'EUR',
          coupon: 'MAY',
          products: [{ ...shirtHere, price: 29.95, quantity: 2, discount: 1 }],
        },
      ],
    ],
  ],
  [
    'a refund without products',
    { event: 'refund', ecommerce: { transaction_id: 'T1', value: 59.9, currency: 'EUR' } },
    [['Order Refunded', { order_id: 'T1', total: 59.9, currency: 'EUR' }]],
  ],
  [
    'a promotion of the event',
    {
      event: 'view_promotion',
      ecommerce: {
        promotion_id: 'P1',
        promotion_name: 'May',
        creative_name: 'Hero',
        creative_slot: 'top',
        items: [shirt],
      },
    },
    [['Promotion Viewed', { promotion_id: 'P1', name: 'May', creative: 'Hero', position: 'top' }]],
  ],
  [
    'promotions of the items',
    {
      event: 'select_promotion',
      ecommerce: {
        items: [
          { ...shirt, promotion_id: 'P1' },
          { promotion_id: 'P2', promotion_name: 'June' },
        ],
      },
    },
    [
      ['Promotion Clicked', { promotion_id: 'P1' }],
      ['Promotion Clicked', { promotion_id: 'P2', name: 'June' }],
    ],
  ],
  ['what has no items', { event: 'begin_checkout', value: 1 }, [['Checkout Started', { value: 1 }]]],
  [
    'items that are none',
    { event: 'view_cart', ecommerce: { items: [null, 5, shirt, undefined] } },
    [['Cart Viewed', { products: [shirtHere] }]],
  ],
  ['items that are no list', { event: 'view_cart', ecommerce: { items: 'x' } }, [['Cart Viewed', {}]]],
  [
    'a field that has the common name already wins',
    { event: 'purchase', order_id: 'O1', transaction_id: 'T1', value: 1, revenue: 2 },
    [['Order Completed', { order_id: 'O1', revenue: 2 }]],
  ],
  [
    'amounts in no known form stay as they are',
    { event: 'purchase', value: '1,299.00', tax: '', shipping: ' ' },
    [['Order Completed', { revenue: '1,299.00', tax: '', shipping: ' ' }]],
  ],
  ['another event of the page', { event: 'login', method: 'mail' }, []],
  ['no event', { ecommerce: { items: [shirt] } }, []],
  ['what clears', { ecommerce: null }, []],
]

const segment: Row[] = [
  [
    'its own names, with its own properties',
    { event: 'Order Completed', order_id: 'O1', total: 12, products: [{ product_id: 'a' }] },
    [['Order Completed', { order_id: 'O1', total: 12, products: [{ product_id: 'a' }] }]],
  ],
  [
    'its names of before',
    { event: 'Added Product', product_id: 'a', quantity: 1 },
    [['Product Added', { product_id: 'a', quantity: 1 }]],
  ],
]

const uaShirt = { id: 'S1', name: 'Shirt', price: '30.00', brand: 'Alba', category: 'Tops', dimension1: 'new' }
const uaShirtHere = { product_id: 'S1', name: 'Shirt', price: 30, brand: 'Alba', category: 'Tops', dimension1: 'new' }

const universal: Row[] = [
  [
    'a page of a list with a promotion, without an event',
    {
      ecommerce: {
        currencyCode: 'EUR',
        impressions: [{ ...uaShirt, list: 'Summer', position: '1' }],
        promoView: { promotions: [{ id: 'P1', name: 'May', creative: 'Hero', position: 'top' }] },
      },
    },
    [
      ['Promotion Viewed', { currency: 'EUR', promotion_id: 'P1', name: 'May', creative: 'Hero', position: 'top' }],
      ['Product List Viewed', { currency: 'EUR', products: [{ ...uaShirtHere, list_name: 'Summer', position: 1 }] }],
    ],
  ],
  [
    'a click',
    { event: 'productClick', ecommerce: { click: { actionField: { list: 'Summer' }, products: [uaShirt] } } },
    [['Product Clicked', { list_name: 'Summer', ...uaShirtHere }]],
  ],
  ['a product', { ecommerce: { detail: { products: [uaShirt] } } }, [['Product Viewed', uaShirtHere]]],
  [
    'into the cart, and out of it',
    {
      event: 'addToCart',
      ecommerce: { add: { products: [{ ...uaShirt, quantity: 2 }] }, remove: { products: [{ id: 'S2' }] } },
    },
    [
      ['Product Added', { ...uaShirtHere, quantity: 2 }],
      ['Product Removed', { product_id: 'S2' }],
    ],
  ],
  [
    'the first step of the checkout',
    { event: 'checkout', ecommerce: { checkout: { actionField: { step: '1' }, products: [uaShirt] } } },
    [['Checkout Started', { step: 1, products: [uaShirtHere] }]],
  ],
  [
    'a later one, and what was chosen there',
    {
      ecommerce: {
        checkout: { actionField: { step: 2 } },
        checkout_option: { actionField: { step: 2, option: 'Visa' } },
      },
    },
    [
      ['Checkout Step Viewed', { step: 2 }],
      ['Checkout Step Completed', { step: 2, option: 'Visa' }],
    ],
  ],
  [
    'an order, in an event that Google Analytics 4 has too',
    {
      event: 'purchase',
      ecommerce: {
        purchase: {
          actionField: { id: 'T1', affiliation: 'Shop', revenue: '35.43', tax: '4.90' },
          products: [uaShirt],
        },
      },
    },
    [['Order Completed', { order_id: 'T1', affiliation: 'Shop', revenue: 35.43, tax: 4.9, products: [uaShirtHere] }]],
  ],
  [
    'a refund of all',
    { ecommerce: { refund: { actionField: { id: 'T1' } } } },
    [['Order Refunded', { order_id: 'T1' }]],
  ],
]

describe('Google Analytics 4', () => test.each(analytics4)('%s', (...row) => check(row)))
describe('Segment', () => test.each(segment)('%s', (...row) => check(row)))
describe('Universal Analytics', () => test.each(universal)('%s', (...row) => check(row)))

describe('ecommerce that came before its event', () => {
  const before = { items: [shirt] }
  test.each<Row>([
    ['an event alone is about it', { event: 'view_item', 'gtm.uniqueEventId': 4 }, [['Product Viewed', shirtHere]]],
    [
      'one that says something itself is not',
      { event: 'search', search_term: 'x' },
      [['Products Searched', { query: 'x' }]],
    ],
    ['one that clears it is not', { event: 'view_cart', ecommerce: null }, [['Cart Viewed', {}]]],
  ])('%s', (...row) => check(row, { ...row[1], ecommerce: before }))
})
