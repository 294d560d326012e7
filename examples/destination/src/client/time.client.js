import { element } from './dom.client.js'

/** @typedef {number | string} Instant epoch ms, or ISO 8601 text */

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const dayAndClock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

/** @param {Instant} instant */
const isToday = (instant) => new Date(instant).toDateString() === new Date().toDateString()

/**
 * @param {Instant} instant
 * @returns {HTMLElement} the time of day, with the date when it is not today's; the exact instant as a tooltip
 */
export const timeOf = (instant) => {
  const at = new Date(instant)
  const text = isToday(instant) ? clock.format(at) : dayAndClock.format(at)
  return element('time', { datetime: at.toISOString(), title: at.toISOString() }, text)
}

/**
 * @param {number} ms
 * @returns {string} such as `48 ms`, `1.2 s`, `4 min`, `3 h` or `5 days`
 */
export const lengthOf = (ms) => {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`
  if (Math.abs(ms) < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (Math.abs(ms) < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (Math.abs(ms) < 172_800_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

/**
 * @param {number} ms
 * @returns {string} such as `0:42` or `12:05`, never below zero; from an hour on, as `lengthOf` says it
 */
export const countdownOf = (ms) => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds >= 3600) return lengthOf(seconds * 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
