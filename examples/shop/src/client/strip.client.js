import { readUser } from './account.client.js'
import { readChoice } from './consent.client.js'
import { readDiary } from './diary.client.js'
import { byId, element } from './dom.client.js'

const shownEntries = 4
const viewsToEngage = 3

/** @param {string} id a ULID or UUID: its end tells two visitors apart */
const shorten = (id) => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id)

/** @param {string} words @param {string} [detail] */
const said = (words, detail) => (detail ? `${words} (${detail})` : words)

/** @param {readonly string[]} audiences */
const nextStep = (audiences) => {
  if (audiences.includes('engaged')) return 'You are in the audience “engaged”, so this page changed for you.'
  const views = readDiary().filter(({ name }) => name === 'Product Viewed').length
  const left = viewsToEngage - views
  if (left <= 0) return 'Three views in a short time count: look at more, and watch the top of this page.'
  return `View ${left} more ${left === 1 ? 'product' : 'products'}, and watch the top of this page.`
}

/** @param {readonly string[]} audiences */
const now = (audiences) => {
  const choice = readChoice()
  const last = readDiary().at(-1)
  if (!choice)
    return 'You have not chosen yet: nothing is stored and nothing is sent. What you do waits in this page alone.'
  if (!choice.analytics) return 'You chose only necessary: nothing you do is noted.'
  return last ? `Sent: ${said(last.name, last.detail)}. ${nextStep(audiences)}` : nextStep(audiences)
}

/** @param {readonly string[]} words */
const chips = (words) => words.map((word) => element('span', { class: 'chip' }, word))

/** @returns {string | undefined} what the tag keeps in this browser; undefined without consent */
const anonymousId = () => {
  try {
    return JSON.parse(localStorage.getItem('spartito') ?? '{}').anonymousId
  } catch {
    return undefined // storage is closed: the tag goes on in memory
  }
}

const me = () => {
  const id = anonymousId()
  const anonymous = id ? `anonymous ${shorten(id)}` : 'nobody yet'
  const user = readUser()
  return user ? `${user.userId} · ${anonymous}` : anonymous
}

/**
 * Says in words what just happened, for those who see this for the first time.
 *
 * @param {readonly string[]} audiences
 */
export const showStrip = (audiences) => {
  const isSending = readChoice()?.analytics
  const sent = readDiary().slice(-shownEntries).toReversed()
  byId('strip-now').textContent = now(audiences)
  byId('strip-events').replaceChildren(
    ...(sent.length > 0 ? chips(sent.map(({ name }) => name)) : ['none yet']),
    isSending || sent.length === 0 ? '' : ' (not sent)',
  )
  byId('strip-audiences').replaceChildren(...(audiences.length > 0 ? chips(audiences) : ['none yet']))
  byId('strip-id').textContent = me()
}
