import type { Choice } from '@spartito/sdk'
import { bannerStyle } from './banner-style.ts'
import type { Translation } from './banner-texts.ts'

export interface BannerView {
  /** the element to put into the page */
  host: HTMLElement
  dialog: HTMLElement
}

/**
 * Builds the dialog: a title, what is asked, the purposes one by one, and two answers of the same weight. It is not modal: the page can be
 * read before a choice. Made of elements alone: no markup that Trusted Types refuse, no style attribute.
 *
 * @param choice what is ticked: nothing that the visitor has not granted
 * @param answer called with the choice and the words of the button that made it
 * @param policyUrl of the page that says more
 */
export const createBannerView = (
  { texts, language, direction }: Translation,
  purposes: readonly string[],
  choice: Choice,
  answer: (choice: Choice, words: string) => void,
  policyUrl: string | undefined,
): BannerView => {
  const create = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    properties: Partial<HTMLElementTagNameMap[Name]>,
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[Name] => {
    const element = Object.assign(document.createElement(name), properties)
    element.append(...children)
    return element
  }
  const button = (words: string, choose: (purpose: string) => boolean): HTMLButtonElement =>
    create(
      'button',
      {
        type: 'button',
        onclick: () => answer(Object.fromEntries(purposes.map((purpose) => [purpose, choose(purpose)])), words),
      },
      words,
    )

  const nameOf = (purpose: string): string => texts.purposes[purpose]?.[0] ?? purpose
  const describe = (purpose: string): (Node | string)[] => {
    const what = texts.purposes[purpose]?.[1]
    return [create('b', {}, nameOf(purpose)), ...(what ? [create('small', {}, what)] : [])]
  }

  const boxes = purposes.map((purpose) =>
    create('input', { type: 'checkbox', name: purpose, checked: choice[purpose] === true }),
  )
  const choices = create(
    'details',
    { open: Object.keys(choice).length > 0 },
    create('summary', {}, `${texts.choose}: ${purposes.map(nameOf).join(', ')}`),
    create(
      'fieldset',
      { ariaLabel: texts.choose },
      ...boxes.map((box) => create('label', {}, box, create('span', {}, ...describe(box.name)))),
    ),
    button(texts.save, (purpose) => boxes.find((box) => box.name === purpose)!.checked),
  )
  const more = policyUrl ? [' ', create('a', { href: policyUrl }, texts.policy)] : []
  const dialog = create(
    'div',
    { role: 'dialog', tabIndex: -1 },
    create('h2', { id: 'title' }, texts.title),
    create('p', { id: 'text' }, texts.text, ...more),
    // with one purpose there is nothing to choose that the two answers do not say
    purposes.length > 1 ? choices : create('p', {}, ...describe(purposes[0]!)),
    create(
      'div',
      { className: 'answers' },
      button(texts.refuse, () => false),
      button(texts.accept, () => true),
    ),
  )
  dialog.setAttribute('aria-labelledby', 'title')
  dialog.setAttribute('aria-describedby', 'text')

  const host = create('div', { lang: language, dir: direction })
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(bannerStyle)
  root.adoptedStyleSheets = [sheet]
  root.append(dialog)
  return { host, dialog }
}
