import { bareUrl } from './capture/bare-url.ts'
import { linkUrl, onPress } from './capture/on-press.ts'
import { quiet } from './capture/quiet.ts'
import { words } from './capture/words.ts'
import { isOwnHost } from './outbound/is-own-host.ts'
import type { Plugin } from './plugin.ts'

/**
 * Tracks `Outbound Link Clicked` for links to other hosts, however they are pressed. Own are the page's host and those of the
 * setting `domains`, with their subdomains.
 */
const outbound: Plugin = quiet((client, { domains } = {}) => {
  const own = [location.hostname, ...words(domains)]

  onPress((_path, link) => {
    if (!link) return
    const target = linkUrl(link)
    const url = bareUrl(target)
    if (url && !isOwnHost(target.hostname, own)) client.track('Outbound Link Clicked', { url, host: target.host })
  })
})

export default outbound
