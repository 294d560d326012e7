import { byId, element } from './dom.client.js'
import { countdownOf, timeOf } from './time.client.js'

/** @typedef {import('./time.client.js').Instant} Instant */

/**
 * The collector's answer (SPEC AD).
 *
 * @typedef {{
 *   profileId: string
 *   host?: { type: string, value: string }
 *   identifiers?: { type: string, value: string, class: string, verified: boolean, lastSeen: Instant }[]
 *   traits?: Record<string, { value: unknown, timestamp: Instant, source: string }>
 *   events?: Record<string, { count: number, first: Instant, last: Instant }>
 *   recent?: { type: string, event?: string, name?: string, timestamp: Instant, source: string, properties?: object }[]
 *   audiences?: { id: string, version: number, since: Instant, next?: Instant | null }[]
 *   consent?: Record<string, string | { state: string }>
 * }} Profile
 */

/** @param {unknown} value */
const textOf = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/**
 * @param {string} title
 * @param {Node[]} content nothing is said of what is empty
 * @param {string} [tag]
 */
const part = (title, content, tag = 'ul') =>
  content.length === 0
    ? undefined
    : element(
        'section',
        { class: 'part' },
        element('h3', {}, title),
        element(tag, { class: title.toLowerCase() }, ...content),
      )

/** @param {NonNullable<Profile['audiences']>[number]} audience */
const audienceItem = ({ id, since, next }) =>
  element(
    'li',
    { 'data-audience': id },
    element('strong', {}, id),
    element('span', { class: 'quiet' }, 'since ', timeOf(since)),
    next
      ? element(
          'span',
          { class: 'countdown', title: 'the next instant at which time alone may change it' },
          'until ',
          element('b', { 'data-until': new Date(next).getTime() }, countdownOf(new Date(next).getTime() - Date.now())),
        )
      : element('span', { class: 'quiet' }, 'no end by time'),
  )

/** @param {NonNullable<Profile['identifiers']>[number]} identifier */
const identifierItem = ({ type, value, verified, class: kind }) =>
  element(
    'li',
    { 'data-type': type },
    element('span', { class: 'type', title: kind }, type),
    element('code', {}, value),
    verified ? element('span', { class: 'verified' }, 'verified') : undefined,
  )

/** @param {[string, NonNullable<Profile['traits']>[string]]} trait */
const traitItem = ([name, { value, source, timestamp }]) =>
  element(
    'div',
    { 'data-trait': name },
    element('dt', {}, name),
    element(
      'dd',
      {},
      element('b', {}, textOf(value)),
      element('span', { class: 'quiet' }, `from ${source} at `, timeOf(timestamp)),
    ),
  )

/** @param {Profile['events']} events */
const eventItems = (events = {}) => {
  const counted = Object.entries(events).sort(([, a], [, b]) => b.count - a.count)
  const most = counted[0]?.[1].count ?? 1
  return counted.map(([name, { count, last }]) =>
    element(
      'li',
      { 'data-event': name, 'data-count': count },
      element('span', {}, name),
      element('meter', { min: 0, max: most, value: count, 'aria-hidden': 'true' }),
      element('b', {}, String(count)),
      element('span', { class: 'quiet' }, timeOf(last)),
    ),
  )
}

/** @param {NonNullable<Profile['recent']>[number]} event */
const recentItem = ({ type, event, name, timestamp, properties = {} }) =>
  element(
    'li',
    {},
    timeOf(timestamp),
    element('span', {}, event ?? (name ? `${type} ${name}` : type)),
    element(
      'span',
      { class: 'quiet properties' },
      Object.entries(properties)
        .filter(([, value]) => typeof value !== 'object')
        .map(([key, value]) => `${key} ${textOf(value)}`)
        .join(' · '),
    ),
  )

/** @param {[string, string | { state: string }]} decision */
const consentItem = ([purpose, decision]) => {
  const state = typeof decision === 'string' ? decision : decision.state
  return element('li', { 'data-state': state }, purpose, element('b', {}, state))
}

/** @param {Profile} profile */
const titleOf = ({ profileId, identifiers = [] }) => {
  const person = identifiers.find(({ class: kind }) => kind === 'person')
  const devices = identifiers.filter(({ class: kind }) => kind === 'device').length
  return element(
    'div',
    { class: 'who' },
    element('p', { class: 'name' }, person ? person.value : 'An anonymous visitor'),
    element(
      'p',
      { class: 'quiet' },
      element('code', { title: profileId }, profileId),
      ` · ${devices} ${devices === 1 ? 'device' : 'devices'}`,
    ),
  )
}

/** @param {Profile} profile */
export const showProfile = (profile) => {
  const recent = [...(profile.recent ?? [])].sort((a, b) => +new Date(b.timestamp) - +new Date(a.timestamp))
  byId('profile').replaceChildren(
    titleOf(profile),
    ...[
      part('Audiences', (profile.audiences ?? []).map(audienceItem)),
      part('Identifiers', (profile.identifiers ?? []).map(identifierItem)),
      part('Traits', Object.entries(profile.traits ?? {}).map(traitItem), 'dl'),
      part('Consent', Object.entries(profile.consent ?? {}).map(consentItem)),
      part('Events', eventItems(profile.events)),
      part('Recent', recent.slice(0, 20).map(recentItem), 'ol'),
    ].filter((shown) => shown !== undefined),
  )
}

/** @param {string} sentence */
export const showNoProfile = (sentence) => byId('profile').replaceChildren(element('p', { class: 'quiet' }, sentence))

/** Moves the countdowns on: only their text, so nothing is announced or laid out anew. */
export const tickCountdowns = () => {
  for (const node of document.querySelectorAll('[data-until]')) {
    const leftMs = Number(node.getAttribute('data-until')) - Date.now()
    node.textContent = leftMs > 0 ? countdownOf(leftMs) : 'now'
  }
}
