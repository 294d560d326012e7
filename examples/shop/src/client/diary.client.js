import { readChoice } from './consent.client.js'
import { recall, remember } from './memory.client.js'

/** @typedef {{ name: string, detail: string }} Entry */

const maxEntries = 20

/** @type {Entry[]} what this visit told the tag, newest last */
let entries = recall('diary', 'sessionStorage') ?? []

/** @type {() => void} */
let onEntry = () => {}

/** Kept from page to page only with consent: without it nothing is stored. */
export const keepDiary = () => remember('diary', readChoice()?.analytics ? entries : undefined, 'sessionStorage')

/** @returns {readonly Entry[]} */
export const readDiary = () => entries

export const clearDiary = () => {
  entries = []
}

/** @param {() => void} listener called after each entry */
export const watchDiary = (listener) => {
  onEntry = listener
}

/**
 * Writes down, for the strip at the bottom, what the shop has told the tag.
 *
 * @param {string} name
 * @param {string} [detail]
 */
export const note = (name, detail = '') => {
  entries = [...entries, { name, detail }].slice(-maxEntries)
  keepDiary()
  onEntry()
}

/**
 * Sends an event, and writes it down.
 *
 * @param {string} name
 * @param {object} [properties]
 * @param {string} [detail] in words
 */
export const tell = (name, properties, detail) => {
  window.spartito.track(name, properties)
  note(name, detail)
}
