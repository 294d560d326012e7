import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** The body of a request; undefined when the one who sent it, such as a runtime that was killed, is gone before its end. */
export const readRequest = (request: IncomingMessage): Promise<string | undefined> =>
  text(request).catch(() => undefined)
