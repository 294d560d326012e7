import { knownVisitor, renew } from './device/known-visitor.ts'
import type { Plugin } from './plugin.ts'
import { askCollector } from './settings/ask-collector.ts'
import { mayCollect } from './settings/may-collect.ts'

/** Between two questions, whatever asks for them, in ms: somebody who goes from tab to tab asks no more often. */
const leastMs = 4_000
/** The shortest `audiencesEvery`, in ms. */
const leastEveryMs = 5_000

/**
 * Keeps the audiences of the page up with the collector where the page sends nothing: what time or a server has changed. Asks at the start,
 * when the page is visible again, and every `audiencesEvery` seconds while it is (5 at least; left out: never).
 */
const liveAudiences: Plugin = (client, settings = {}) => {
  let askedAt = Number.NEGATIVE_INFINITY
  /** what came last: an answer to a batch that comes meanwhile is newer than the question */
  let latest = 0

  const ask = async (): Promise<void> => {
    const who = mayCollect(client, settings) ? knownVisitor()?.anonymousId : undefined
    if (!who || document.hidden || performance.now() - askedAt < leastMs) return
    askedAt = performance.now()
    const question = ++latest
    const path = `/v1/me?writeKey=${encodeURIComponent(`${settings.writeKey}`)}`
    const said = await askCollector(path, { headers: { anonymousid: who } }, settings)
    const isStill = question === latest && mayCollect(client, settings) && knownVisitor()?.anonymousId === who
    if (isStill && Array.isArray(said?.audiences)) renew(said.audiences)
  }

  client.on('answer', () => {
    latest++
    askedAt = performance.now()
  })
  const look = (): void => void ask()
  client.on('consent', look)
  document.addEventListener('visibilitychange', look)
  addEventListener('pageshow', look)
  const everyMs = Number(settings.audiencesEvery) * 1_000
  if (everyMs > 0) setInterval(look, Math.max(leastEveryMs, everyMs))
  look()
}

export default liveAudiences
