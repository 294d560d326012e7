import { bareUrl } from './capture/bare-url.ts'
import { linkUrl, onPress } from './capture/on-press.ts'
import { quiet } from './capture/quiet.ts'
import { words } from './capture/words.ts'
import { defaultExtensions, fileOf } from './downloads/file-of.ts'
import type { Plugin } from './plugin.ts'

/**
 * Tracks `File Downloaded` for links that have the attribute `download`, and for links to files, which are known by their extension: those
 * of the setting `downloadExtensions`, or the usual ones.
 */
const downloads: Plugin = quiet((client, { downloadExtensions } = {}) => {
  const extensions = downloadExtensions ? words(downloadExtensions.toLowerCase()) : defaultExtensions

  onPress((_path, link) => {
    if (!link) return
    const target = linkUrl(link)
    const file = fileOf(target, link.getAttribute('download'), extensions)
    if (file) client.track('File Downloaded', { url: bareUrl(target), ...file })
  })
})

export default downloads
