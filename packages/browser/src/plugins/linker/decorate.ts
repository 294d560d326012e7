import { parameter, withLink } from './address.ts'
import type { Links } from './links.ts'

/** The longest that a click waits for its link, in ms. */
const holdMs = 300

type Anchor = HTMLAnchorElement | HTMLAreaElement

const isAnchor = (node: EventTarget): node is Anchor =>
  node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement

/** The other site opens no link that it cannot see the origin of. */
const tellsOrigin = (element: Element): boolean => !/noreferrer/i.test(element.getAttribute('rel') ?? '')

/** Whether the browser itself will follow a click in this very tab. */
const staysInTab = (event: MouseEvent, { target, ping }: Anchor): boolean =>
  event.type === 'click' &&
  !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || ping) &&
  (target === '_self' || (!target && !document.querySelector('base[target]')))

/** Calls `last` behind every listener that the page has for the event, when none of them has prevented it. */
const afterAll = <Name extends 'click' | 'submit'>(name: Name, last: (event: WindowEventMap[Name]) => void): void => {
  const listener = (event: WindowEventMap[Name]): void => {
    if (!event.defaultPrevented) last(event)
  }
  const goLast = (): void => {
    removeEventListener(name, listener)
    addEventListener(name, listener)
  }
  addEventListener(name, goLast, true)
}

/**
 * Carries the link along to the addresses that it is for, at the moment of use alone: a link's address is as the page wrote it before and
 * after, and what the page's own listeners decide holds.
 */
export const decorate = (isFor: (url: URL) => boolean, links: Links): void => {
  let held: Event | undefined

  const anchorIn = (event: Event): { anchor: Anchor; url: URL } | undefined => {
    const anchor = event.composedPath().find(isAnchor)
    if (!anchor?.href || anchor.hasAttribute('download') || !tellsOrigin(anchor)) return undefined
    const url = new URL(anchor.href)
    return isFor(url) ? { anchor, url } : undefined
  }

  const isFormFor = (form: HTMLFormElement, submitter?: HTMLElement | null): boolean => {
    // by attribute: a field that is called "action" hides the form's own
    const read = (name: string): string => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? ''
    return (
      !/^(post|dialog)$/i.test(read('method')) && tellsOrigin(form) && isFor(new URL(read('action'), document.baseURI))
    )
  }

  /** Somebody comes near: the link is fetched ahead. */
  const approach = (event: Event): void => {
    const form = event.composedPath().find((node) => node instanceof HTMLFormElement)
    if (anchorIn(event) || (form && isFormFor(form))) void links.prepare()
  }

  const click = (event: MouseEvent): void => {
    held = undefined
    approach(event)
    const found = event.button === 2 ? undefined : anchorIn(event)
    const link = links.current()
    if (!found || !link) return
    const { anchor, url } = found
    const before = anchor.getAttribute('href')!
    const after = withLink(url, link)
    anchor.setAttribute('href', after)
    // The browser has read the address by then. What is copied later, or clicked after coming back, is the page's own.
    setTimeout(() => anchor.getAttribute('href') === after && anchor.setAttribute('href', before))
  }

  /** Follows the click a moment later, when its link is under way. */
  const hold = (event: MouseEvent): void => {
    const found = anchorIn(event)
    if (!found || links.current() || !staysInTab(event, found.anchor)) return
    const asking = links.prepare()
    if (!asking) return
    event.preventDefault()
    held = event
    const follow = (): void => {
      if (held !== event) return
      held = undefined
      const link = links.current()
      location.assign(link ? withLink(found.url, link) : found.url)
    }
    void asking.then(follow)
    setTimeout(follow, holdMs)
  }

  const submit = ({ target, submitter }: SubmitEvent): void => {
    const form = target as HTMLFormElement
    const link = links.current()
    if (!link || !isFormFor(form, submitter)) return
    // in the data that is sent, and nowhere in the page
    const add = ({ formData }: FormDataEvent): void => formData.set(parameter, link)
    form.addEventListener('formdata', add)
    setTimeout(() => form.removeEventListener('formdata', add))
  }

  const guard =
    <Input>(work: (input: Input) => void) =>
    (input: Input): void => {
      try {
        work(input)
      } catch {
        // an address that is none: the page's own affair
      }
    }

  for (const name of ['pointerdown', 'keydown', 'focusin'])
    addEventListener(name, guard(approach), { capture: true, passive: true })
  for (const name of ['click', 'auxclick'] as const) addEventListener(name, guard(click), true)
  afterAll('click', guard(hold))
  afterAll('submit', guard(submit))
  // a click that waits must not be followed when the page comes back from the back/forward cache
  addEventListener('pagehide', () => {
    held = undefined
  })
}
