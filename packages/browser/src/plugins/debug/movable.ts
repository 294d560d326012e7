/** How far an arrow key moves the overlay, in px; with the shift key ten times as far. */
const stepPx = 8

/**
 * Lets somebody move the overlay by its handle: with a pointer, or with the arrow keys. It never leaves the window. The place is a rule of
 * the overlay's own sheet, since a style attribute is what a strict policy refuses.
 */
export const makeMovable = (host: HTMLElement, handle: HTMLElement, place: CSSStyleDeclaration): void => {
  let right = 8
  let bottom = 8

  const moveTo = (nextRight: number, nextBottom: number): void => {
    const { width, height } = host.getBoundingClientRect()
    right = Math.max(0, Math.min(nextRight, document.documentElement.clientWidth - width))
    bottom = Math.max(0, Math.min(nextBottom, innerHeight - height))
    place.setProperty('--right', `${right}px`)
    place.setProperty('--bottom', `${bottom}px`)
  }

  handle.addEventListener('pointerdown', (down) => {
    const from = { x: down.clientX + right, y: down.clientY + bottom }
    handle.setPointerCapture(down.pointerId)
    const drag = ({ clientX, clientY }: PointerEvent): void => moveTo(from.x - clientX, from.y - clientY)
    handle.addEventListener('pointermove', drag)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', drag), { once: true })
  })

  const directions: Record<string, [x: number, y: number]> = {
    ArrowLeft: [1, 0],
    ArrowRight: [-1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  }
  handle.addEventListener('keydown', (event) => {
    const [x, y] = directions[event.key] ?? [0, 0]
    if (!x && !y) return
    event.preventDefault()
    const step = event.shiftKey ? stepPx * 10 : stepPx
    moveTo(right + x * step, bottom + y * step)
  })
}
