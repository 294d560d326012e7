import type { Client } from '@spartito/sdk'
import { knownVisitor } from './device/known-visitor.ts'
import { linkIn, withoutLink } from './linker/address.ts'
import { decorate } from './linker/decorate.ts'
import { domainOf, leadsToOwnSite } from './linker/domains.ts'
import { createLinks, type Sealed } from './linker/links.ts'
import type { PluginSettings } from './plugin.ts'
import { askCollector } from './settings/ask-collector.ts'
import { mayCollect } from './settings/may-collect.ts'
import { words } from './settings/words.ts'

/** As long as a link may lead anywhere, in ms (SPEC ID11). */
const linkLifeMs = 120_000

/** Resolves when the choice allows collecting, at once or later, or with false when the link is too old by then. */
const whenAllowed = (client: Client, settings: PluginSettings): Promise<boolean> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (mayCollect(client, settings)) resolve(true)
    }
    const stop = client.on('consent', look)
    setTimeout(() => {
      stop()
      resolve(false)
    }, linkLifeMs)
    look()
  })

/** JSON in a body of text, which needs no preflight. */
const question = (about: object, { writeKey }: PluginSettings): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ writeKey, ...about }),
})

const referrerHost = (): string => (document.referrer ? new URL(document.referrer).hostname : '')

/** Takes the link out of the address, and opens it when the visitor came by one of the owner's sites and may be known here. */
const arrive = async (client: Client, settings: PluginSettings): Promise<string | undefined> => {
  const url = new URL(location.href)
  const link = linkIn(url)
  if (link === undefined) return undefined
  history.replaceState(history.state, '', withoutLink(url))
  // Whoever got the address from elsewhere, such as a chat or a page of somebody else, is not who it was made for.
  if (!domainOf(referrerHost(), words(settings.domains)) || !(await whenAllowed(client, settings))) return undefined
  if (knownVisitor()?.anonymousId) return undefined
  const opened = await askCollector('/v1/link/open', { ...question({ link }, settings), credentials: 'omit' }, settings)
  const anonymousId = opened?.anonymousId
  return typeof anonymousId === 'string' ? JSON.stringify({ anonymousId, version: 1 }) : undefined
}

/**
 * One visitor over the owner's sites on several domains: links and GET forms to the hosts of `domains` carry the anonymousId along, sealed
 * by the collector for two minutes, at the moment of use; and the site that they lead to takes it, when it knows nobody yet.
 *
 * @returns what the device knows of its visitor, as JSON; undefined when no link led here
 */
const linker = (client: Client, settings: PluginSettings = {}): Promise<string | undefined> => {
  const anonymousId = (): string | undefined => (mayCollect(client, settings) ? knownVisitor()?.anonymousId : undefined)
  const seal = (who: string): Promise<Partial<Sealed> | undefined> =>
    askCollector('/v1/link', question({ anonymousId: who }, settings), settings)
  const domains = words(settings.domains)
  decorate(
    (url) => leadsToOwnSite(location, url, domains),
    createLinks(seal, anonymousId, () => performance.now()),
  )
  return arrive(client, settings).catch(() => undefined)
}

export default linker
