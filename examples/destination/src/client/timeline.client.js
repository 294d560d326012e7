import { byId, element } from './dom.client.js'
import { lengthOf, timeOf } from './time.client.js'

/** @typedef {import('../received.ts').Received} Received */

const maxShown = 200

/** @type {Record<Received['cause'], string>} */
const because = {
  event: 'because of an event',
  time: 'because time passed, with no event',
  merge: 'because two profiles became one',
  unmerge: 'because a profile was taken apart',
  erasure: 'because the person was erased',
  consent: 'because of a decision on consent',
  definition: 'because the audience was defined anew',
  import: 'because of an import',
  expiry: 'because the profile expired',
  sync: 'as a current member, to fill a new destination',
}

/** @param {Received} change */
const verbOf = (change) => (change.type === 'audience.entered' ? 'entered' : 'exited')

/**
 * The person in a word: the strongest identifier, else the profile.
 *
 * @param {Received} change
 */
export const personOf = ({ identifiers, profileId }) => {
  const strongest = identifiers.find(({ type }) => type !== 'anonymous_id')
  return strongest ? strongest.value : `visitor ${profileId.slice(0, 8)}`
}

/**
 * One sentence for those who listen instead of look.
 *
 * @param {Received} change
 */
export const sentenceOf = (change) =>
  `${personOf(change)} ${verbOf(change)} ${change.audience}, ${because[change.cause]}. Signature verified.`

/**
 * @param {string} term
 * @param {Node | string} value
 * @param {string} [hint]
 */
const fact = (term, value, hint) =>
  element('div', { class: 'fact', title: hint }, element('dt', {}, term), element('dd', {}, value))

/** @param {Received} change */
const facts = (change) =>
  element(
    'dl',
    { class: 'facts' },
    fact('effective', timeOf(change.effectiveAt), 'when it became true'),
    change.cause === 'time'
      ? fact('sent', `${lengthOf(change.emittedAt - change.effectiveAt)} later`, 'after the instant it became true')
      : undefined,
    fact('on its way', lengthOf(change.receivedAt - change.emittedAt), 'from the first sending to its arrival here'),
    fact('seq', String(change.seq), "the profile's own count of changes, without gaps"),
    fact('delivered', `${change.deliveries}×`, 'a repeated delivery is counted, never listed twice'),
  )

/** @param {Received} change */
const names = (change) =>
  element(
    'ul',
    { class: 'names', 'aria-label': 'Identifiers' },
    ...change.identifiers.map(({ type, value }) =>
      element('li', { title: `${type} ${value}` }, element('span', { class: 'type' }, type), value),
    ),
  )

/**
 * @param {Received} change
 * @param {() => void} onChoose
 */
const itemOf = (change, onChoose) => {
  const verb = verbOf(change)
  const choose = element(
    'button',
    { type: 'button', class: 'choose', 'aria-controls': 'profile' },
    element('span', { class: 'verb' }, verb),
    element('strong', {}, change.audience),
    element('span', { class: 'person' }, personOf(change)),
  )
  choose.addEventListener('click', onChoose)
  return element(
    'li',
    {
      class: 'change',
      'data-id': change.id,
      'data-audience': change.audience,
      'data-type': change.type,
      'data-cause': change.cause,
      'data-profile': change.profileId,
      'data-verified': String(change.verified),
    },
    element(
      'div',
      { class: 'line' },
      choose,
      element('span', { class: 'verified', title: 'Standard Webhooks, HMAC-SHA256' }, 'signature verified'),
    ),
    element('p', { class: 'because' }, because[change.cause]),
    facts(change),
    names(change),
  )
}

/**
 * The list of changes, newest first, each id once.
 *
 * @param {(change: Received) => void} onChoose
 */
export const createTimeline = (onChoose) => {
  const list = byId('changes')
  /** @type {Map<string, HTMLElement>} */
  const items = new Map()
  let chosen = ''

  const mark = () => {
    for (const [id, item] of items) {
      item.toggleAttribute('data-chosen', id === chosen)
      item.querySelector('.choose')?.setAttribute('aria-pressed', String(id === chosen))
    }
  }

  const trim = () => {
    for (const [id, item] of items) {
      if (items.size <= maxShown) return
      item.remove()
      items.delete(id)
    }
  }

  return {
    /**
     * @param {Received} change
     * @returns {boolean} whether it was new to the page
     */
    show(change) {
      const item = itemOf(change, () => onChoose(change))
      const known = items.get(change.id)
      if (known) known.replaceWith(item)
      else list.prepend(item)
      items.set(change.id, item)
      byId('empty').hidden = true
      trim()
      mark()
      return !known
    },
    /** @param {string} id */
    choose(id) {
      chosen = id
      mark()
    },
    /** @param {number} total all that was ever received */
    count(total) {
      byId('total').textContent = total > items.size ? `the latest ${items.size} of ${total}` : `${total} received`
    },
    /** @param {string} id */
    highlight(id) {
      items.get(id)?.setAttribute('data-new', '')
    },
  }
}
