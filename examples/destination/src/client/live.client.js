import { byId } from './dom.client.js'
import { showNoProfile, showProfile, tickCountdowns } from './profile.client.js'
import { createTimeline, sentenceOf } from './timeline.client.js'

/** @typedef {import('../received.ts').Received} Received */

const refreshMs = 2000
const reconnectMs = 1000
const maxReconnectMs = 15_000

/** @type {Received | undefined} */
let chosen
/** what the profile's panel shows, as it came: drawn anew only when it differs */
let shown = ''
let total = 0
/** whether the viewer picked a change; until then the panel follows the newest */
let isPicked = false

/** @param {Received} change */
const choose = (change) => {
  chosen = change
  timeline.choose(change.id)
  return refreshProfile()
}

const timeline = createTimeline((change) => {
  isPicked = true
  void choose(change)
})

/** Asks for the profile of the chosen change, by its strongest identifier. */
const refreshProfile = async () => {
  const change = chosen
  const identifier = change?.identifiers.find(({ type }) => type === 'user_id') ?? change?.identifiers[0]
  if (!identifier) return
  const { type, value } = identifier
  try {
    const answer = await fetch(`/profile/${encodeURIComponent(type)}/${encodeURIComponent(value)}`)
    const text = await answer.text()
    // the viewer may have chosen another one meanwhile
    if (change !== chosen || text === shown) return
    shown = text
    if (answer.ok) showProfile(JSON.parse(text))
    else if (answer.status === 404) showNoProfile('The collector no longer knows this person.')
    else showNoProfile('The collector does not answer; this page asks again by itself.')
    byId('profile-state').textContent = answer.ok ? 'live' : ''
  } catch {
    byId('profile-state').textContent = 'not refreshed' // the next tick asks again
  }
}

/** @param {Received} change */
const arrive = (change) => {
  if (timeline.show(change)) {
    total += 1
    timeline.highlight(change.id)
    byId('announcement').textContent = sentenceOf(change)
  }
  timeline.count(total)
  const concerns = change.profileId === chosen?.profileId
  if (!chosen || !isPicked || concerns) void (isPicked && concerns ? refreshProfile() : choose(change))
}

const readAll = async () => {
  /** @type {{ changes: Received[], total: number }} */
  const list = await (await fetch('/changes')).json()
  for (const change of list.changes.toReversed()) timeline.show(change)
  total = list.total
  timeline.count(total)
  const newest = list.changes[0]
  if (newest && !isPicked) await choose(newest)
}

/** @param {'connecting' | 'live' | 'broken'} state */
const showConnection = (state) => {
  const connection = byId('connection')
  connection.dataset.state = state
  connection.textContent = { connecting: 'connecting', live: 'live', broken: 'connection lost, trying again' }[state]
}

/** @param {number} delayMs until the next try, should this one fail */
const connect = (delayMs) => {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/live`)
  let nextDelayMs = delayMs
  socket.addEventListener('open', () => {
    nextDelayMs = reconnectMs
    // also what arrived while nobody listened; if that cannot be read, the connection is tried again
    readAll().then(
      () => showConnection('live'),
      () => socket.close(),
    )
  })
  socket.addEventListener('message', ({ data }) => {
    const { change, isErased } = JSON.parse(data)
    // who is erased is in no panel of this page either
    if (isErased) location.reload()
    else arrive(change)
  })
  socket.addEventListener('close', () => {
    showConnection('broken')
    setTimeout(() => connect(Math.min(nextDelayMs * 2, maxReconnectMs)), nextDelayMs)
  })
}

connect(reconnectMs)
setInterval(tickCountdowns, 1000)
setInterval(() => {
  if (!document.hidden) void refreshProfile()
}, refreshMs)
