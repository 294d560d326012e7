import { limits, utf8Bytes } from '@spartito/protocol'
import type { AnyPlan } from '@spartito/sdk'
import { monotonicFactory } from 'ulid'
import type { About, Track, Traits } from './event.ts'
import { type Carried, linkTo } from './link.ts'
import { createOutbox, type Dropped, heard } from './outbox.ts'
import { type Profile, readProfile } from './profile.ts'
import type { Endpoint } from './send-batch.ts'
import type { Spool } from './spool/spool.ts'

export interface ServerConfig {
  /** the collector's origin, such as https://data.example */
  collector: string
  /** the secret key of a source of kind `server`: it vouches for who its events say they are about */
  key: string
  /** where events are kept while they wait, so that a process that ends loses none; memory when left out */
  spool?: Spool
  /** how long events wait for others, ms; 250 when left out */
  flushAfterMs?: number
  /** how many wait at most; what is over is dropped and told. 100,000 when left out */
  maxWaiting?: number
  /** how long an event is tried for, ms; three days when left out */
  maxAgeMs?: number
  /** how long a request may take, ms; 15,000 when left out */
  timeoutMs?: number
  /** hears of each event that is not stored, with why: none vanishes without */
  onDrop?: (dropped: Dropped) => void
  /** hears of what delays events, such as a collector that cannot be reached or a key that is wrong; of each once until it is over */
  onDelay?: (reason: string) => void
  fetch?: typeof fetch
}

export interface ServerClient<Plan = AnyPlan> {
  /**
   * Records an event. It never throws and never rejects.
   *
   * @returns its messageId, when it is safe: on the disk where there is a spool, else in memory; undefined when it was dropped
   */
  track(event: Track<Plan>): Promise<string | undefined>
  identify(event: About & { traits?: Traits }): Promise<string | undefined>
  page(event: About & { name?: string; properties?: Traits }): Promise<string | undefined>
  screen(event: About & { name?: string; properties?: Traits }): Promise<string | undefined>
  group(event: About & { groupId: string; traits?: Traits }): Promise<string | undefined>
  alias(event: About & { previousId: string }): Promise<string | undefined>
  /**
   * What is known of a person: traits, audiences and consent, as of now.
   *
   * @param type of an identifier, such as `user_id` or `email`
   * @returns undefined when nobody has it
   * @throws Error when the collector cannot be asked, with why
   */
  profile(type: string, value: string): Promise<Profile | undefined>
  /**
   * The address of another of your sites with the visitor in it, for a redirect: the tag's plugin `linker` there goes on as the same visitor, within
   * two minutes and in the same browser. It never rejects: without an answer within a second it is the address as it is, and `onDelay` hears why.
   */
  link(address: string, carried: Carried): Promise<string>
  /** Sends what waits. @returns how many still wait, when all has been tried once */
  flush(): Promise<number>
  /** Sends what waits and takes no more. @returns how many are left, in the spool where there is one */
  close(timeoutMs?: number): Promise<number>
}

const timeOf = (value: Date | number | string | undefined): number | string | undefined =>
  value instanceof Date ? value.getTime() : value

/**
 * The client for servers: in Node, Workers, Deno and Bun. Events wait for one another, go out many to a request, and are tried until the
 * collector has said what became of each (SPEC WI7). In a Worker make one in each request, and hand `close()` to `waitUntil` at its end.
 *
 * @throws TypeError when the configuration cannot work
 */
export const createServerClient = <Plan = AnyPlan>(config: ServerConfig): ServerClient<Plan> => {
  if (!URL.canParse(config.collector))
    throw new TypeError(`collector must be an origin, such as https://data.example: it is "${config.collector}"`)
  if (!config.key) throw new TypeError('key is missing: it is the writeKey of a source of kind "server"')
  const newId = monotonicFactory()
  const endpoint: Endpoint = {
    collector: new URL(config.collector).origin,
    key: config.key,
    // called without `this`, which Workers insist on
    fetch: config.fetch ?? ((input, init) => fetch(input, init)),
    timeoutMs: config.timeoutMs ?? 15_000,
  }
  const outbox = createOutbox(config, endpoint)

  const record = async (type: string, event: About & Record<string, unknown>): Promise<string | undefined> => {
    let messageId = ''
    const drop = (code: string, message: string): undefined =>
      heard(() => config.onDrop?.({ messageId, code, message })) as undefined
    let json: string
    try {
      messageId = event.messageId ?? newId()
      json = JSON.stringify({ ...event, type, messageId, timestamp: timeOf(event.timestamp) ?? Date.now() })
    } catch (error) {
      return drop('invalid_event', `the event is no JSON: ${(error as Error).message}`)
    }
    if (!event.userId && !event.anonymousId)
      return drop('missing_identity', 'an event needs a userId or an anonymousId: nobody else is known to a server')
    if (utf8Bytes(json) > limits.eventBytes)
      return drop('too_large_event', `the event has more than ${limits.eventBytes} bytes as JSON: send less of it`)
    return (await outbox.add({ id: messageId, json })) ? messageId : undefined
  }

  return {
    track: (event) => record('track', event as never),
    identify: (event) => record('identify', event as never),
    page: (event) => record('page', event as never),
    screen: (event) => record('screen', event as never),
    group: (event) => record('group', event as never),
    alias: (event) => record('alias', event as never),
    profile: (type, value) => readProfile(endpoint, type, value),
    link: (address, carried) => linkTo(endpoint, address, carried, (reason) => heard(() => config.onDelay?.(reason))),
    flush: outbox.flush,
    close: outbox.close,
  }
}
