/**
 * Listens on the window before the page's own listeners do, so that what they stop, prevent or remove is still seen. Nothing that goes
 * wrong in the listener reaches the page (QU4).
 *
 * @param types of events, separated by spaces
 */
export const listen = <Type extends Event>(
  types: string,
  listener: (event: Type) => void,
  target: EventTarget = window,
): void => {
  const guarded = (event: Event): void => {
    try {
      listener(event as Type)
    } catch {
      // what a page breaks is left out
    }
  }
  for (const type of types.split(' ')) target.addEventListener(type, guarded, { capture: true, passive: true })
}
