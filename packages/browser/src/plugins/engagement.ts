import { onNavigation } from '../navigation.ts'
import { pageUrl } from '../page-context.ts'
import { listen } from './capture/listen.ts'
import { quiet } from './capture/quiet.ts'
import { createEngagedTime } from './engagement/engaged-time.ts'
import type { Plugin } from './plugin.ts'

/**
 * Tracks `Page Engaged` with the seconds that a page was visible, focused and in use, when it is hidden or left and at single-page
 * navigation. Each event holds what has come since the last: their sum is the page view's.
 */
const engagement: Plugin = quiet((client) => {
  const time = createEngagedTime()
  const here = (): string => pageUrl(location.href)
  let url = here()

  const note = (isGone?: boolean): void =>
    time.note(performance.now(), !isGone && !document.hidden && document.hasFocus())

  const tell = quiet(() => {
    const seconds = Math.round(time.take(performance.now()) / 100) / 10
    if (seconds) client.track('Page Engaged', { seconds, url })
  })

  listen('pointerdown pointermove keydown wheel scroll touchstart focus blur pageshow', () => note())
  // before the tag sends what it has; on leaving both come, and what was told is not told again
  listen('visibilitychange pagehide', ({ type }) => {
    note(type === 'pagehide')
    if (document.hidden || type === 'pagehide') tell()
  })
  onNavigation(() => {
    tell()
    url = here()
  })
  note()
})

export default engagement
