import dom from './client/dom.client.js'
import live from './client/live.client.js'
import profile from './client/profile.client.js'
import style from './client/style.css'
import time from './client/time.client.js'
import timeline from './client/timeline.client.js'
import icon from './icon.svg'

const script = (text: string) => ({ text, type: 'text/javascript; charset=utf-8' })

/** What the page loads: plain modules, served as they are written. */
export const clientFiles = new Map([
  ['dom.client.js', script(dom)],
  ['live.client.js', script(live)],
  ['profile.client.js', script(profile)],
  ['time.client.js', script(time)],
  ['timeline.client.js', script(timeline)],
  ['style.css', { text: style, type: 'text/css; charset=utf-8' }],
  ['icon.svg', { text: icon, type: 'image/svg+xml' }],
])
