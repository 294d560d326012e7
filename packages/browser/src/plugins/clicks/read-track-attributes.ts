import type { Properties } from '@spartito/sdk'

/** No attribute is longer than this, in characters. */
const maxLength = 1_000

/** Numbers as JSON spells them, without exponents and as long as they stay exact; true and false; text in quotes. */
const json = /^(-?(0|[1-9]\d{0,14})(\.\d{1,9})?|true|false|".*")$/

const read = (text: string): unknown => {
  if (json.test(text))
    try {
      return JSON.parse(text)
    } catch {
      // text that has quotes of its own
    }
  return text.slice(0, maxLength)
}

/**
 * The properties of a tracked element: `data-track-product-id="p1"` is `productId: 'p1'`. Pure.
 *
 * @param data the element's `dataset`
 */
export const readTrackAttributes = (data: DOMStringMap): Properties => {
  const properties: Properties = {}
  // data-tracking is another attribute
  for (const key of Object.keys(data))
    if (/^track[A-Z]/.test(key)) properties[key[5]!.toLowerCase() + key.slice(6)] = read(data[key]!)
  return properties
}
