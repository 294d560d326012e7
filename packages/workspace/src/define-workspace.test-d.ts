/** What the types of `defineWorkspace` refuse. Checked by tsc alone: each line below a directive has to be an error. */
import { readyHttp } from '@spartito/destinations'
import type { Transformation } from '@spartito/pipeline'
import { defineWorkspace } from './define-workspace.ts'

const sources = [{ id: 'web', kind: 'browser', writeKey: 'wk_123456' }] as const

export const right = () =>
  defineWorkspace({
    sources,
    purposes: ['analytics', 'marketing'],
    audiences: [
      { id: 'engaged', purposes: ['analytics'], when: { event: 'Viewed', count: { gte: 3 }, within: 'PT30M' } },
      { id: 'calm', when: { all: [{ not: { audience: 'engaged', for: 'P7D' } }, { trait: 'plan', eq: 'pro' }] } },
      { id: 'vip', when: { agg: 'sum', of: 'properties.revenue', event: 'Bought', gt: 100 } },
    ],
    destinations: [
      {
        id: 'crm',
        type: 'webhook',
        purposes: ['marketing'],
        audiences: ['engaged', 'vip'],
        settings: { url: '', secret: '' },
      },
      { id: 'all', type: 'webhook', purposes: ['marketing'], audiences: '*', settings: { url: '', secret: '' } },
    ],
  })

export const noAudiences = () => defineWorkspace({ sources })

export const misspeltOperator = () =>
  // @ts-expect-error `gtee` is no operator
  defineWorkspace({ sources, audiences: [{ id: 'a', when: { event: 'Viewed', count: { gtee: 3 } } }] })

export const misspeltKey = () =>
  // @ts-expect-error `withn` is no key of a condition
  defineWorkspace({ sources, audiences: [{ id: 'a', when: { event: 'Viewed', withn: 'P7D' } }] })

export const misspeltInside = () =>
  // @ts-expect-error `startWith` is no operator, however deep it is
  defineWorkspace({ sources, audiences: [{ id: 'a', when: { all: [{ not: { trait: 'plan', startWith: 'p' } }] } }] })

export const misspeltAudience = () =>
  defineWorkspace({
    sources,
    audiences: [
      { id: 'engaged', when: { event: 'E' } },
      // @ts-expect-error no audience is named `enaged`
      { id: 'b', when: { not: { audience: 'enaged' } } },
    ],
  })

export const misspeltDestinationAudience = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    audiences: [{ id: 'engaged', when: { event: 'E' } }],
    destinations: [
      // @ts-expect-error no audience is named `enaged`
      { id: 'crm', type: 'webhook', purposes: ['marketing'], audiences: ['enaged'], settings: { url: '', secret: '' } },
    ],
  })

export const kinds = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    audiences: [{ id: 'engaged', when: { event: 'E' } }],
    destinations: [
      {
        id: 'ga',
        type: 'ga4',
        purposes: ['marketing'],
        audiences: [],
        events: [{ event: 'Order Completed', where: [{ path: 'properties.revenue', gt: 10 }] }],
        settings: { measurementId: 'G-ABC1234567', secret: { env: 'GA4_SECRET' } },
      },
      {
        id: 'slack',
        type: 'http',
        purposes: ['marketing'],
        audiences: '*',
        maxPerSecond: 1,
        exitsWhenRemoved: true,
        settings: { ...readyHttp.slack, secret: { env: 'SLACK' } },
      },
    ],
  })

const destination = { id: 'd', purposes: ['marketing'], audiences: [] } as const

export const deletions = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    destinations: [
      {
        ...destination,
        type: 'ga4',
        settings: {
          measurementId: 'G-ABC1234567',
          secret: { env: 'GA4_SECRET' },
          deletion: { propertyId: '1', clientId: 'c', clientSecret: { env: 'A' }, refreshToken: { env: 'B' } },
        },
      },
      {
        ...destination,
        type: 'http',
        settings: {
          ...readyHttp.slack,
          erased: { url: '', each: 'email', body: { email: '{{identifiers.email}}' }, statuses: { 404: 'done' } },
        },
      },
    ],
  })

export const meaningOfDeliveries = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error a deletion is done, failed or refused
    destinations: [{ ...destination, type: 'http', settings: { erased: { url: '', statuses: { 404: 'skipped' } } } }],
  })

export const settingsOfAnotherKind = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error a webhook has no measurementId
    destinations: [{ ...destination, type: 'webhook', settings: { url: '', secret: '', measurementId: 'G-1' } }],
  })

export const unknownKind = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error there is no kind `webhok`
    destinations: [{ ...destination, type: 'webhok', settings: { url: '', secret: '' } }],
  })

export const missingSetting = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error a webhook needs its secret
    destinations: [{ ...destination, type: 'webhook', settings: { url: '' } }],
  })

export const misspeltFilter = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    destinations: [
      // @ts-expect-error `whre` is no key of a filter
      { ...destination, type: 'webhook', events: [{ event: 'E', whre: [] }], settings: { url: '', secret: '' } },
    ],
  })

export const noPurposes = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error a destination names its purposes
    destinations: [{ id: 'd', type: 'webhook', audiences: '*', settings: { url: '', secret: '' } }],
  })

export const misspeltPurpose = () =>
  defineWorkspace({
    sources,
    purposes: ['marketing'],
    // @ts-expect-error no purpose is named `marketting`
    audiences: [{ id: 'engaged', purposes: ['marketting'], when: { event: 'E' } }],
  })

export const textAsNumber = () =>
  // @ts-expect-error a sum is compared with numbers
  defineWorkspace({ sources, audiences: [{ id: 'a', when: { agg: 'sum', of: 'properties.x', event: 'E', gt: '1' } }] })

export const unknownCalendar = () =>
  defineWorkspace({
    sources,
    // @ts-expect-error there is no calendar `tomorrow`
    audiences: [{ id: 'a', when: { event: 'E', within: { calendar: 'tomorrow', tz: 'UTC' } } }],
  })

export const misplacedOperator = () =>
  // @ts-expect-error a number of events is compared in `count`
  defineWorkspace({ sources, audiences: [{ id: 'a', when: { event: 'E', gte: 3 } }] })

export const plan = () =>
  defineWorkspace({
    sources,
    plan: {
      events: {
        'Product Viewed': {
          description: 'Somebody looked at a product',
          properties: {
            product_id: { type: 'string', required: true },
            size: { type: 'string', enum: ['S', 'M'] },
            maker: { type: 'object', properties: { name: { type: 'string' } } },
            tags: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
          },
        },
        'Signed Out': {},
      },
    },
  })

export const unknownType = () =>
  // @ts-expect-error there is no type `text`
  defineWorkspace({ sources, plan: { events: { E: { properties: { p: { type: 'text' } } } } } })

export const valueOfAnotherType = () =>
  // @ts-expect-error a number is not allowed where texts are
  defineWorkspace({ sources, plan: { events: { E: { properties: { p: { type: 'string', enum: [1] } } } } } })

export const itemsOfNoArray = () =>
  // @ts-expect-error a text has no items
  defineWorkspace({ sources, plan: { events: { E: { properties: { p: { type: 'string', items: {} } } } } } })

export const requiredItem = () =>
  defineWorkspace({
    sources,
    // @ts-expect-error items have no name, so none is required
    plan: { events: { E: { properties: { p: { type: 'array', items: { type: 'string', required: true } } } } } },
  })

export const misspeltPlanKey = () =>
  // @ts-expect-error `props` is no key of an event
  defineWorkspace({ sources, plan: { events: { E: { props: {} } } } })

const stepsOf = (steps: Transformation['steps']) =>
  defineWorkspace({ sources, transformations: [{ sources: ['web'], steps }] })

export const steps = () =>
  stepsOf([
    {
      renameEvent: { A: 'B' },
      when: { type: ['track', 'page'], event: 'A', where: [{ path: 'properties.x', gt: 1 }] },
    },
    { derive: 'properties.x', template: '{event}' },
    { mapValues: 'properties.x', to: { a: 1, b: null }, otherwise: 'drop' },
    { normalize: ['traits.email'], by: ['trim'] },
    { route: 'web' },
  ])

export const twoSteps = () =>
  // @ts-expect-error a step does one thing
  stepsOf([{ drop: 'properties.a', hash: 'properties.b' }])

export const misspeltStep = () =>
  // @ts-expect-error `remove` is no step
  stepsOf([{ remove: 'properties.a' }])

export const misspeltForm = () =>
  // @ts-expect-error `lower` is no form
  stepsOf([{ normalize: 'properties.a', by: ['lower'] }])

export const misspeltCondition = () =>
  // @ts-expect-error `whn` is no key of a step
  stepsOf([{ drop: 'properties.a', whn: { event: 'A' } }])

export const twoOrigins = () =>
  // @ts-expect-error a field is derived from one thing
  stepsOf([{ derive: 'properties.a', from: 'properties.b', value: 1 }])

export const actions = () =>
  defineWorkspace({
    sources,
    plan: {
      onViolation: 'strip',
      onUnknown: 'warn',
      events: { E: { schema: { type: 'object' }, onViolation: 'allow' } },
    },
  })

export const misspeltAction = () =>
  // @ts-expect-error there is no action `drop`
  defineWorkspace({ sources, plan: { onViolation: 'drop', events: {} } })
