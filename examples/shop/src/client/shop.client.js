import { startAccount } from './account.client.js'
import { startCart } from './cart.client.js'
import { startConsent } from './consent.client.js'
import { keepDiary, note, watchDiary } from './diary.client.js'
import { showOffers } from './offers.client.js'
import { showStrip } from './strip.client.js'

/** @type {readonly string[]} */
let audiences = []

const draw = () => showStrip(audiences)

// by the last answer at first, then with each answer that changes them
window.spartito.on('audiences', (list) => {
  audiences = list
  showOffers(audiences)
  draw()
})
window.spartito.on('answer', draw)

watchDiary(draw)
startConsent(() => {
  keepDiary()
  draw()
})
startAccount()
note('page', 'the tag does this by itself')
startCart()
draw()
