import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'
import { developmentOnly } from './development-only.ts'

const workspace = (...destinations: unknown[]) => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_123456' }],
  purposes: ['marketing'],
  audiences: [{ id: 'buyers', when: { event: 'Order Completed' } }],
  destinations,
})

const hook = {
  id: 'crm',
  type: 'webhook',
  purposes: ['marketing'],
  audiences: '*',
  settings: { url: 'https://crm.example/hook', secret: { env: 'CRM_SECRET' } },
}
const { purposes: _purposes, ...withoutPurposes } = hook
const ads = {
  ...hook,
  type: 'google-ads',
  settings: {
    customerId: '1234567890',
    userLists: { buyers: '7' },
    clientId: 'x',
    clientSecret: { env: 'A' },
    refreshToken: { env: 'B' },
    acceptsCustomerMatchTerms: true,
  },
}

const erased = { url: 'https://api.example/x', each: 'email', body: '{{identifiers.email}}' }
const api = { ...hook, type: 'http', audiences: [], settings: { erased } }
const analytics = {
  ...hook,
  type: 'ga4',
  settings: {
    measurementId: 'G-ABC1234567',
    secret: { env: 'S' },
    deletion: { propertyId: '1', clientId: 'c', clientSecret: { env: 'A' }, refreshToken: { env: 'B' } },
  },
}

const faultsOf = (...destinations: unknown[]): string[] => {
  const checked = checkWorkspace(workspace(...destinations))
  return checked.ok ? [] : checked.error.map(({ message }) => message)
}

describe('WS a destination is taken', () => {
  test.each<[what: string, destination: unknown]>([
    ['a webhook', hook],
    [
      'with filters',
      { ...hook, events: [{ event: 'page' }, { event: 'E', where: [{ path: 'properties.x', gt: 1 }] }] },
    ],
    ['for all events', { ...hook, audiences: [], events: '*' }],
    ['with a rate', { ...hook, maxPerSecond: 0.5, exitsWhenRemoved: true, disabled: false }],
    ['of Google Ads', ads],
    ['of erasures alone', api],
    ['that deletes from GA4', analytics],
  ])('%s', (_what, destination) => {
    expect(faultsOf(destination)).toEqual([])
  })
})

describe('WS a destination is refused, by its path and with what to do', () => {
  test.each<[what: string, destination: unknown, fault: string]>([
    [
      'a type that is none',
      { ...hook, type: 'webhok' },
      'destinations[0].type must be one of webhook, http, ga4, meta, google-ads, segment',
    ],
    [
      'no purpose (CO3)',
      { ...hook, purposes: [] },
      'destinations[0].purposes names no purpose: a destination without one cannot be activated (CO3)',
    ],
    ['no purposes at all', withoutPurposes, 'destinations[0].purposes is missing: add it'],
    [
      'a setting of another kind',
      { ...hook, settings: { ...hook.settings, measurementId: 'G-1' } },
      'destinations[0].settings.measurementId is not a setting: remove it, or mend its name',
    ],
    [
      'a missing setting',
      { ...hook, settings: { url: hook.settings.url } },
      'destinations[0].settings.secret is missing: add it',
    ],
    [
      'an address within',
      { ...hook, settings: { ...hook.settings, url: 'https://0xa9fea9fe/latest' } },
      'destinations[0].settings.url leads to 169.254.169.254, which is no host of the public internet (linkLocal)',
    ],
    [
      'a header of the protocol (T17)',
      { ...hook, settings: { ...hook.settings, headers: { 'webhook-signature': 'v1,x' } } },
      'destinations[0].settings.headers.webhook-signature is a header that Spartito or the protocol sets: leave it out',
    ],
    ['no filter', { ...hook, events: [] }, 'destinations[0].events is empty: leave it out, or name an event'],
    ['events as a text', { ...hook, events: 'page' }, 'destinations[0].events must be a list'],
    [
      'a predicate that compares nothing',
      { ...hook, events: [{ event: 'E', where: [{ path: 'properties.x' }] }] },
      'destinations[0].events[0].where[0] needs at least one of',
    ],
    ['no rate', { ...hook, maxPerSecond: 0 }, 'destinations[0].maxPerSecond must be a number from 0.01 to 10,000'],
    [
      'events for a kind that takes none',
      { ...ads, events: '*' },
      'destinations[0].events is for kinds that take events, and google-ads takes none: remove it',
    ],
    [
      'an audience in its settings that is none',
      { ...ads, settings: { ...ads.settings, userLists: { byers: '7' } } },
      'destinations[0].settings.userLists names the audience "byers", which the workspace does not define: it has buyers',
    ],
    [
      'a place of deliveries in an erasure',
      { ...api, settings: { erased: { ...erased, body: { a: '{{event.name}}', b: '{{identifiers.email}}' } } } },
      'destinations[0].settings.erased.body has the place {{event.name}}, which is none: a path begins with erasureId, at,',
    ],
    [
      'a deletion from GA4 without its property',
      { ...analytics, settings: { ...analytics.settings, deletion: { clientId: 'c' } } },
      'destinations[0].settings.deletion.propertyId is missing: add it',
    ],
  ])('%s', (_what, destination, fault) => {
    expect(faultsOf(destination)).toContainEqual(expect.stringContaining(fault))
  })
})

describe('WS, DE5 outside development', () => {
  const onlyOf = (...destinations: unknown[]): string[] => {
    const checked = checkWorkspace(workspace(...destinations))
    if (!checked.ok) throw new Error(JSON.stringify(checked.error))
    return developmentOnly(checked.value).map(({ path }) => path)
  }

  test.each<[what: string, destination: unknown, paths: string[]]>([
    ['names of secrets are taken', hook, []],
    [
      'a secret as a value is refused',
      { ...hook, settings: { ...hook.settings, secret: 'whsec_YSBzZWNyZXQgb2YgMjQgYnl0ZXMsIHllcw==' } },
      ['destinations[0].settings.secret'],
    ],
    [
      'each of several is',
      { ...ads, settings: { ...ads.settings, clientSecret: 'c', refreshToken: 'r' } },
      ['destinations[0].settings.clientSecret', 'destinations[0].settings.refreshToken'],
    ],
    [
      'a host on the machine itself is refused',
      { ...hook, settings: { ...hook.settings, url: 'http://127.0.0.1:8080/hook' } },
      ['destinations[0].settings.url'],
    ],
    [
      'deep in a template too',
      { ...hook, type: 'http', settings: { entered: { url: 'https://localhost/{{profileId}}' } } },
      ['destinations[0].settings.entered.url'],
    ],
    ['names of secrets within a setting are taken', analytics, []],
    [
      'one within a setting is refused',
      {
        ...analytics,
        settings: {
          ...analytics.settings,
          deletion: { ...analytics.settings.deletion, clientSecret: 'c', refreshToken: 'r' },
        },
      },
      ['destinations[0].settings.deletion.clientSecret', 'destinations[0].settings.deletion.refreshToken'],
    ],
  ])('%s', (_what, destination, paths) => {
    expect(onlyOf(destination)).toEqual(paths)
  })
})
