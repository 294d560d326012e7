import { onNavigation } from '../navigation.ts'
import { listen } from './capture/listen.ts'
import { quiet } from './capture/quiet.ts'
import type { Plugin } from './plugin.ts'
import { passedMarks } from './scroll/passed-marks.ts'

/** How long a page view is on the screen before what is seen without scrolling counts: before that its content may still come. */
const settledMs = 3_000

/**
 * Tracks `Page Scrolled` when a page has been seen down to 25, 50, 75, 90 and 100 percent, each once a page view. The setting
 * `scrollElement` is the selector of what scrolls, where it is not the document.
 */
const scroll: Plugin = quiet((client, { scrollElement } = {}) => {
  let told: number[] = []
  let timer: ReturnType<typeof setTimeout>

  const measure = quiet((isSettled: boolean) => {
    const element = scrollElement ? document.querySelector(scrollElement) : document.scrollingElement
    // back at the top, a page that is just being replaced may be empty: it would be seen to its end
    if (!element || !(isSettled || element.scrollTop > 0)) return
    const viewPx = scrollElement ? element.clientHeight : innerHeight
    for (const percent of passedMarks({ topPx: element.scrollTop, viewPx, heightPx: element.scrollHeight })) {
      if (told.includes(percent)) continue
      told.push(percent)
      client.track('Page Scrolled', { percent })
    }
  })

  const wait = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => document.hidden || measure(true), settledMs)
  }

  listen('scroll', () => measure(false))
  listen('visibilitychange', wait)
  onNavigation(() => {
    told = []
    wait()
  })
  wait()
})

export default scroll
