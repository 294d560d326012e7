/**
 * Reads along with a data layer that the page has already, such as Google Tag Manager's: first what was pushed before,
 * then each push, which its owner still gets.
 */
export const adoptDataLayer = (layer: unknown[], push: (...items: unknown[]) => void): void => {
  const before = [...layer]
  const original = layer.push
  layer.push = (...items) => {
    push(...items)
    return original.apply(layer, items)
  }
  // in one call, so that what a listener pushes meanwhile comes after all of it
  push(...before)
}
