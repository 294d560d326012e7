import { onPress } from './capture/on-press.ts'
import { quiet } from './capture/quiet.ts'
import { readTrackAttributes } from './clicks/read-track-attributes.ts'
import type { Plugin } from './plugin.ts'

/**
 * Tracks clicks on what has `data-track="Event Name"`, or is in it, also through open shadow roots; of several the innermost counts, and
 * an empty one means nothing. `data-track-<property>` are the event's properties.
 */
const clicks: Plugin = quiet((client) => {
  let labelled: Element | undefined

  onPress((path) => {
    const element = path.find(({ dataset }) => dataset?.track !== undefined)
    // the browser clicks a label's field too, in the same task: one press would count twice
    if (!element?.dataset.track || element === labelled) return
    if (path.some(({ localName }) => localName === 'label')) {
      labelled = element
      setTimeout(() => {
        labelled = undefined
      })
    }
    client.track(element.dataset.track, readTrackAttributes(element.dataset))
  })
})

export default clicks
