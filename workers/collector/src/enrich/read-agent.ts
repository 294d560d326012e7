import bowser from 'bowser'
import { type Bot, botOf } from './is-bot.ts'

/** What an agent says of itself; what it does not say is left out. */
export interface Agent {
  browser?: { name: string; version?: string }
  os?: { name: string; version?: string }
  device?: { type: string }
  /** whether it is no person's; undefined for most */
  bot?: Bot
}

/** User agents that an isolate remembers, since reading one costs more than an event: most visitors share a few hundred. */
const maxKnown = 500
const maxLength = 512
const known = new Map<string, Agent>()

const named = (its: { name?: string | undefined; version?: string | undefined }) =>
  its.name ? { name: its.name, ...(its.version && { version: its.version }) } : undefined

const parse = (userAgent: string): Agent => {
  const { browser, os, platform } = bowser.parse(userAgent)
  const [itsBrowser, itsOs] = [named(browser), named(os)]
  const bot = botOf(userAgent)
  return {
    ...(itsBrowser && { browser: itsBrowser }),
    ...(itsOs && { os: itsOs }),
    ...(platform.type && { device: { type: platform.type } }),
    ...(bot && { bot }),
  }
}

/** Client hints say what a frozen user agent no longer does (https://wicg.github.io/ua-client-hints/). */
const hinted = (agent: Agent, headers: Headers): Agent => {
  const text = (name: string): string | undefined => headers.get(name)?.replaceAll('"', '').slice(0, 100) || undefined
  const name = text('sec-ch-ua-platform')
  const version = text('sec-ch-ua-platform-version')
  const isMobile = headers.get('sec-ch-ua-mobile') === '?1'
  return {
    ...agent,
    ...(name && { os: { name, ...(version ? { version } : name === agent.os?.name && agent.os) } }),
    ...(isMobile && agent.device?.type !== 'tablet' && { device: { type: 'mobile' } }),
  }
}

/** Browser, system and kind of device (desktop, mobile, tablet, tv, bot) of a user agent, with the client hints of the same request. */
export const readAgent = (userAgent: string | undefined, headers?: Headers): Agent => {
  if (!userAgent) return {}
  const key = userAgent.slice(0, maxLength)
  let agent = known.get(key)
  if (!agent) {
    agent = parse(key)
    // Whoever sends a new one each time pushes out no more than this.
    if (known.size >= maxKnown) known.clear()
    known.set(key, agent)
  }
  return headers?.has('sec-ch-ua-platform') ? hinted(agent, headers) : agent
}
