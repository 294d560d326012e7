import { byId } from './dom.client.js'

/**
 * Changes the page by the audiences that the visitor is in: what the whole system is for.
 *
 * @param {readonly string[]} audiences
 */
export const showOffers = (audiences) => {
  const isEngaged = audiences.includes('engaged')
  document.documentElement.toggleAttribute('data-offer', isEngaged)
  byId('offer').hidden = !isEngaged
  byId('pro-badge').hidden = !audiences.includes('pro')
  document.dispatchEvent(new Event('offers'))
}

/** @returns {number} the share of the price that this visitor pays */
export const priceShare = () => (document.documentElement.hasAttribute('data-offer') ? 0.9 : 1)
