import { defineWorkspace } from '@spartito/workspace'

/** A workspace as its owner writes it, with every kind of property in its plan. */
export default defineWorkspace({
  sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_of_a_shop' }],
  plan: {
    events: {
      'Product Viewed': {
        description: 'Somebody looked at a product',
        properties: {
          product_id: {
            type: 'string',
            required: true,
            description: 'as in the shop, not as on the */ label\nby the maker',
          },
          price: { type: 'number' },
          position: { type: 'integer', enum: [1, -2] },
          size: { type: 'string', enum: ['S', "king's", 'a"b\\'] },
          is_new: { type: 'boolean' },
          since: { type: 'date' },
          maker: { type: 'object', properties: { name: { type: 'string', required: true }, town: { type: 'string' } } },
          tags: { type: 'array', items: { type: 'string', enum: ['new', 'sale'] } },
          variants: {
            type: 'array',
            items: { type: 'object', properties: { sku: { type: 'string', required: true } } },
          },
          'as seen on': { type: 'object' },
          rest: { type: 'array' },
        },
      },
      'Signed Out': { properties: {} },
      Anything: {},
    },
  },
})
