import { defineWorkspace } from '@spartito/workspace'

/** A shop whose pages still send what they sent to another tool, and whose plan says what they are to send. */
export default defineWorkspace({
  sources: [
    {
      id: 'web',
      kind: 'browser',
      writeKey: 'wk_replace_me',
      consent: { policy: 'opt-in' },
      collect: ['analytics'],
      sample: 500,
    },
    { id: 'outlet', kind: 'browser', writeKey: 'wk_replace_me_too', consent: { policy: 'opt-in' } },
    { id: 'till', kind: 'server', writeKey: 'sk_replace_me', consent: { policy: 'opt-out' } },
  ],
  purposes: ['analytics', 'marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  transformations: [
    {
      sources: ['web'],
      description: 'what the old tag called otherwise',
      steps: [
        { renameEvent: { 'Viewed Product': 'Product Viewed' } },
        {
          rename: {
            'properties.prodId': 'properties.product_id',
            'properties.items[*].prodId': 'properties.items[*].product_id',
          },
        },
        { mapValues: 'properties.size', to: { small: 'S', medium: 'M', large: 'L' } },
        { cast: { 'properties.price': 'number' } },
        { dropEvent: true, when: { event: 'Heartbeat' } },
        {
          route: 'outlet',
          when: { where: [{ path: 'context.page.url', startsWith: 'https://outlet.shop.example/' }] },
        },
      ],
    },
    {
      sources: ['web', 'till'],
      description: 'how people are known, and what is not kept',
      steps: [
        { normalize: 'traits.email', by: ['trim', 'lowercase'] },
        { derive: 'traits.name', template: '{traits.firstName} {traits.lastName}', when: { type: 'identify' } },
        { hash: 'properties.coupon' },
        { drop: ['properties.card', 'context.ip'] },
      ],
    },
  ],
  plan: {
    onViolation: 'warn',
    onUnknown: 'quarantine',
    events: {
      'Product Viewed': {
        onViolation: 'strip',
        properties: {
          product_id: { type: 'string', required: true },
          price: { type: 'number' },
          size: { type: 'string', enum: ['S', 'M', 'L'] },
        },
      },
      'Order Completed': {
        onViolation: 'quarantine',
        schema: {
          type: 'object',
          required: ['order_id', 'revenue', 'currency'],
          properties: {
            order_id: { type: 'string', minLength: 1 },
            revenue: { type: 'number', minimum: 0 },
            currency: { type: 'string', pattern: '^[A-Z]{3}$' },
          },
        },
      },
    },
  },
  audiences: [{ id: 'viewers', expose: true, when: { event: 'Product Viewed', within: 'PT30M' } }],
})
