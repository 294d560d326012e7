import type { Json } from '@spartito/protocol'
import type { DestinationRequest } from '../destination-kind.ts'
import { lowerCased } from '../headers.ts'
import type { RequestTemplate } from './request-template.ts'
import { fillJson, fillText, fillUrl, type Read } from './template.ts'

/**
 * A request with each place filled, whose URL can be.
 *
 * @param bodyOf what its body becomes; its own, filled, when left out
 */
export const fillRequest = (
  { method = 'POST', url, headers, body }: RequestTemplate,
  read: Read,
  bodyOf: (body: Json) => Json | undefined = (given) => fillJson(given, read),
): DestinationRequest => {
  const filled = Object.entries(lowerCased(headers)).map(([name, value]) => [name, fillText(value, read)])
  return {
    method,
    url: fillUrl(url, read)!,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(filled) },
    body: body === undefined ? '' : JSON.stringify(bodyOf(body) ?? null),
  }
}
