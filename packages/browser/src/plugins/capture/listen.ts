import { quiet } from './quiet.ts'

/**
 * Listens on the window before the page's own listeners do, so that what they stop, prevent or remove is still seen.
 *
 * @param types of events, separated by spaces
 */
export const listen = <Type extends Event>(
  types: string,
  listener: (event: Type) => void,
  target: EventTarget = window,
): void => {
  for (const type of types.split(' '))
    target.addEventListener(type, quiet(listener) as EventListener, { capture: true, passive: true })
}
