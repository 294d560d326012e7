import { listen } from './listen.ts'

/** An anchor or area of HTML or an anchor of SVG, whose address is an object. */
type Link = Element & { href: string | { baseVal: string } }

/** The address that a link leads to. @throws TypeError when it is none */
export const linkUrl = ({ href }: Link): URL =>
  new URL(typeof href === 'string' ? href : href.baseVal, document.baseURI)

const isLink = (element: Element): boolean => /^(a|area)$/.test(element.localName) && element.hasAttribute('href')

/**
 * Calls back when something is pressed: by mouse, finger, keyboard or script, and links also with the middle button, which
 * opens them in another tab.
 *
 * @param listener is given the pressed element and what it is in, the innermost first, also in open shadow roots; and the link among them
 */
export const onPress = (listener: (path: HTMLElement[], link: Link | undefined) => void): void =>
  listen<MouseEvent>('click auxclick', (event) => {
    const path = event.composedPath().filter((target) => target instanceof Element) as HTMLElement[]
    const link = path.find(isLink) as Link | undefined
    if (event.type === 'click' || (link && event.button === 1)) listener(path, link)
  })
