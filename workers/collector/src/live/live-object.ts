import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { publishListening } from './listening.ts'
import { isWanted, type LiveFilter, type LiveItem } from './live-filter.ts'

/** What is known of a listener, kept with its connection while the object sleeps. */
interface Listener {
  filter: LiveFilter
  /** messages that were sent, and how many of them it said it has seen */
  sent: number
  seen: number
  /** what it wanted and did not get, since it was told so */
  dropped: number
}

const maxListeners = 20
/** Messages that may be on their way to one listener: what it does not read would be kept in memory. */
const windowSize = 1_000
/** How long isolates believe that somebody listens, and how often they are told again, in ms. */
const listenMs = 180_000
const againMs = 60_000

/**
 * Passes what the collector shows on to who listens (SPEC AD). Connections hibernate: a listener who hears nothing costs nothing. A listener
 * says now and then how many messages it has seen; who does not keep up misses some, and is told how many.
 */
export class Live extends DurableObject<Env> {
  /** Connects a listener; the filter is in the query, as JSON. */
  override async fetch(request: Request): Promise<Response> {
    if (this.ctx.getWebSockets().length >= maxListeners) return new Response(null, { status: 429 })
    const { 0: client, 1: server } = new WebSocketPair()
    const filter = JSON.parse(new URL(request.url).searchParams.get('filter') ?? '{}') as LiveFilter
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment({ filter, sent: 0, seen: 0, dropped: 0 } satisfies Listener)
    await this.#announce(Date.now())
    return new Response(null, { status: 101, webSocket: client })
  }

  /**
   * Shows events to those who want them.
   *
   * @param dropped what the caller could not send before
   * @returns whether anybody listens
   */
  show(items: readonly LiveItem[], dropped: number): boolean {
    const sockets = this.ctx.getWebSockets()
    for (const socket of sockets) {
      const listener = socket.deserializeAttachment() as Listener
      listener.dropped += dropped
      for (const item of items) if (isWanted(listener.filter, item)) this.#send(socket, listener, item.line)
      socket.serializeAttachment(listener)
    }
    return sockets.length > 0
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const listener = socket.deserializeAttachment() as Listener
    const seen = typeof message === 'string' ? Number(message) : Number.NaN
    if (!Number.isSafeInteger(seen) || seen < listener.seen || seen > listener.sent)
      socket.close(1008, 'send how many messages you have seen, as a number')
    else socket.serializeAttachment({ ...listener, seen } satisfies Listener)
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    // Closed from that side: this one answers, unless it was first.
    socket.close()
    if (this.#others(socket).length === 0) await publishListening(this.env, 0, Date.now())
  }

  override async alarm(): Promise<void> {
    if (this.ctx.getWebSockets().length > 0) await this.#announce(Date.now())
  }

  #others(socket: WebSocket): WebSocket[] {
    return this.ctx.getWebSockets().filter((other) => other !== socket && other.readyState === WebSocket.OPEN)
  }

  async #announce(now: number): Promise<void> {
    await this.ctx.storage.setAlarm(now + againMs)
    await publishListening(this.env, now + listenMs, now)
  }

  #send(socket: WebSocket, listener: Listener, line: string): void {
    if (listener.sent - listener.seen >= windowSize) {
      listener.dropped++
      return
    }
    try {
      if (listener.dropped > 0) {
        socket.send(JSON.stringify({ dropped: listener.dropped }))
        listener.dropped = 0
        listener.sent++
      }
      socket.send(line)
      listener.sent++
    } catch {
      // It has just gone: nobody misses the line.
    }
  }
}
