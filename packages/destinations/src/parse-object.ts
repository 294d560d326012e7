import { isObject } from '@spartito/protocol'

/** An answer's body as a JSON object; an empty one for whatever is none, such as a proxy's page: the status says all there is then. */
export const parseObject = (body: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(body)
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}
