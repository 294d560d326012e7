import type { Source } from '@spartito/workspace'
import { isbot } from 'isbot'
import type { Env } from '../env.ts'
import { isDevelopment } from '../identity/worker-secret.ts'

/** A `crawler` reads pages for somebody else; `automation` is a browser that a program drives: a monitor, a scraper, or a test. */
export type Bot = 'crawler' | 'automation'

/** Whose events are kept out of profiles: of both kinds, or of crawlers alone. */
export type BotRule = 'both' | 'crawlers'

const automation = /headless|cypress|playwright|selenium|webdriver|puppeteer|phantomjs|jsdom/i
const browserLike = /^(?:mozilla|opera)\//i
/** Crawlers say so, or whom to ask about them. */
const saysSo = /bot\b|crawl|spider|slurp|https?:|@/i

/**
 * Which kind of bot a user agent is of; undefined for a person's. `isbot` takes every program for one (okhttp, node, Segment's libraries for
 * phones), but those are how an owner's app or server sends: what calls itself neither a browser nor a bot is none.
 */
export const botOf = (userAgent: string): Bot | undefined => {
  if (!isbot(userAgent)) return undefined
  if (automation.test(userAgent)) return 'automation'
  return browserLike.test(userAgent) || saysSo.test(userAgent) ? 'crawler' : undefined
}

/** What a source wants of bots; undefined when it keeps all. On the owner's own machine a driven browser is a test of theirs. */
export const botRule = ({ bots }: Source, env: Env): BotRule | undefined =>
  bots === 'keep' ? undefined : isDevelopment(env) ? 'crawlers' : 'both'

/** @param bot what the user agent is of */
export const isKeptOut = (bot: Bot | undefined, rule: BotRule | undefined): boolean =>
  bot !== undefined && rule !== undefined && (bot === 'crawler' || rule === 'both')
