import { element, jsonText } from './element.ts'
import { makeMovable } from './movable.ts'
import { styles } from './styles.ts'

/** Of a list so many of the newest are shown. */
const maxEntries = 50

/** A part of the overlay that can be folded. */
export interface Part {
  /** what is said beside its title */
  note(text: string): void
  /** names with values, in place of those of before; a part that holds nothing says so */
  show(values: Record<string, unknown>): void
  /** a value as JSON, in place of the one of before */
  showJson(value: unknown): void
  /** one more entry, above those of before */
  add(title: string, value: unknown, mood?: 'good' | 'bad'): void
}

export interface Panel {
  part(title: string, isOpen?: boolean): Part
  /** called once, when somebody closes it */
  onClose(listener: () => void): void
}

const clockTime = (): string => new Date().toTimeString().slice(0, 8)

const createPart = (main: HTMLElement, title: string, isOpen: boolean): Part => {
  const aside = element('span')
  const body = element('div', { class: 'body' }, element('p', {}, 'nothing yet'))
  const details = element('details', {}, element('summary', {}, title, aside), body)
  details.open = isOpen
  main.append(details)
  let shown = ''
  let count = 0

  /** Leaves what is there alone when nothing has changed: a reader may have selected it. */
  const put = (text: string, make: () => Node): void => {
    if (text === shown) return
    shown = text
    body.replaceChildren(make())
  }

  return {
    note(text) {
      if (aside.textContent !== text) aside.textContent = text
    },
    show(values) {
      put(jsonText(values), () => {
        const list = element('dl')
        for (const [name, value] of Object.entries(values))
          list.append(element('dt', {}, name), element('dd', {}, typeof value === 'string' ? value : jsonText(value)))
        return list
      })
    },
    showJson(value) {
      put(jsonText(value), () => element('pre', { tabindex: '0' }, jsonText(value)))
    },
    add(entry, value, mood) {
      if (!count++) body.replaceChildren()
      const line = element(
        'summary',
        {},
        element('time', {}, clockTime()),
        ' ',
        element('span', { class: mood ?? '' }, entry),
      )
      body.prepend(element('details', {}, line, element('pre', { tabindex: '0' }, jsonText(value))))
      if (body.childElementCount > maxEntries) body.lastElementChild!.remove()
      aside.textContent = String(count)
    },
  }
}

/** The overlay's frame, in a shadow root at the end of the page: a region that a keyboard reaches, that can be moved, folded and closed. */
export const createPanel = (title: string): Panel => {
  const host = element('spartito-debug' as 'div')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]

  const move = element(
    'button',
    { class: 'move', type: 'button', 'aria-label': 'Move: drag, or press the arrow keys' },
    '✥',
  )
  const fold = element('button', { type: 'button', 'aria-expanded': 'true', 'aria-label': 'Fold' }, '–')
  const close = element('button', { type: 'button', 'aria-label': 'Close (Escape)' }, '×')
  const main = element('main')
  const section = element(
    'section',
    { 'aria-label': title },
    element('header', {}, move, element('h2', {}, title), fold, close),
    main,
  )
  root.append(section)
  document.body.append(host)
  makeMovable(host, move, (sheet.cssRules[0] as CSSStyleRule).style)

  // what somebody does here is not done to the page: neither its shortcuts nor what captures clicks should answer
  for (const name of [
    'click',
    'auxclick',
    'dblclick',
    'keydown',
    'keyup',
    'keypress',
    'pointerdown',
    'pointerup',
    'wheel',
    'submit',
  ])
    host.addEventListener(name, (event) => event.stopPropagation(), { passive: true })

  fold.addEventListener('click', () => {
    const isSmall = section.toggleAttribute('data-small')
    fold.setAttribute('aria-expanded', String(!isSmall))
    fold.setAttribute('aria-label', isSmall ? 'Unfold' : 'Fold')
    fold.textContent = isSmall ? '+' : '–'
  })
  const listeners: (() => void)[] = []
  const end = (): void => {
    host.remove()
    for (const listener of listeners.splice(0)) listener()
  }
  close.addEventListener('click', end)
  section.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') end()
  })

  return {
    part: (name, isOpen = false) => createPart(main, name, isOpen),
    onClose: (listener) => listeners.push(listener),
  }
}
