import account from './client/account.client.js'
import cart from './client/cart.client.js'
import consent from './client/consent.client.js'
import diary from './client/diary.client.js'
import dom from './client/dom.client.js'
import memory from './client/memory.client.js'
import offers from './client/offers.client.js'
import shop from './client/shop.client.js'
import strip from './client/strip.client.js'
import style from './client/style.css'
import icon from './icon.svg'

const script = (text: string) => ({ text, type: 'text/javascript; charset=utf-8' })

/** What the pages load: plain modules, served as they are written. */
export const clientFiles = new Map([
  ['account.client.js', script(account)],
  ['cart.client.js', script(cart)],
  ['consent.client.js', script(consent)],
  ['diary.client.js', script(diary)],
  ['dom.client.js', script(dom)],
  ['memory.client.js', script(memory)],
  ['offers.client.js', script(offers)],
  ['shop.client.js', script(shop)],
  ['strip.client.js', script(strip)],
  ['style.css', { text: style, type: 'text/css; charset=utf-8' }],
  ['icon.svg', { text: icon, type: 'image/svg+xml' }],
])
