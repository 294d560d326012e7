import { byId } from './dom.client.js'
import { recall, remember } from './memory.client.js'

/** @typedef {{ analytics: boolean, marketing: boolean }} Choice */

/** @returns {Choice | undefined} what the visitor chose; undefined before */
export const readChoice = () => recall('choice')

/**
 * The banner: shown until a choice is made, and again when the visitor wants to change it. The tag sends nothing, and
 * stores nothing, before it hears `consent`; the choice itself is the one thing the shop must keep.
 *
 * @param {() => void} onChoice
 */
export const startConsent = (onChoice) => {
  const banner = byId('consent')
  const known = readChoice()
  banner.hidden = known !== undefined
  // the tag remembers it too; said again, it changes nothing, unless the device forgot
  if (known) window.spartito.consent(known)

  /** @param {boolean} isGiven */
  const choose = (isGiven) => {
    const choice = { analytics: isGiven, marketing: isGiven }
    remember('choice', choice)
    window.spartito.consent(choice)
    banner.hidden = true
    onChoice()
  }
  byId('consent-accept').addEventListener('click', () => choose(true))
  byId('consent-deny').addEventListener('click', () => choose(false))
  byId('consent-change').addEventListener('click', () => {
    banner.hidden = false
    byId('consent-deny').focus()
  })
}
