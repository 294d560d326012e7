import type { Choice } from '@spartito/sdk'
import { chooseTexts } from './consent/banner-texts.ts'
import { createBannerView } from './consent/banner-view.ts'
import { createRefusalMemory } from './consent/refusal-memory.ts'
import type { Plugin } from './plugin.ts'

/** Dispatched on the window or the document, it opens the banner. */
const openEvent = 'spartito:consent-open'

/**
 * Asks the visitor, on each page until every purpose is decided, and again when an element with `data-consent-open` is clicked or the
 * event `spartito:consent-open` is dispatched.
 */
const banner: Plugin = (client, settings = {}) => {
  const words = (text: string): string[] => text.trim().split(/\s+/)
  const purposes = words(settings.purposes ?? 'analytics')
  const collect = settings.collect ? words(settings.collect) : purposes
  const memory = createRefusalMemory(Date.now)
  let close: (() => void) | undefined

  const isDecided = (choice: Choice): boolean => purposes.every((purpose) => purpose in choice)

  const record = (choice: Choice, details: object): void =>
    void client.consent(choice, { source: 'banner', policyVersion: settings.policyVersion, ...details })

  /** @param shown the question as it was put, with its language */
  const answer = (choice: Choice, proof: string, shown: string): void => {
    close?.()
    // under `opt-out` the tag keeps a refusal itself, and Global Privacy Control says it again on each page
    const isKept = settings.consent === 'opt-out' || navigator.globalPrivacyControl
    const isRefused = !isKept && collect.some((purpose) => !choice[purpose])
    memory.keep(isRefused ? choice : undefined)
    record(choice, { proof, shown })
  }

  /** @param opener what the visitor came from; the focus goes into the banner, and back there in the end */
  const open = (opener?: Element | null): void => {
    close?.()
    const translation = chooseTexts(settings.bannerTexts, document.documentElement.lang || navigator.language)
    const { language, texts } = translation
    const { host, dialog } = createBannerView(
      translation,
      purposes,
      client.consent(),
      (choice, words) => answer(choice, words, `${language}: ${texts.text}`),
      settings.bannerPolicy,
    )
    close = () => {
      close = undefined
      const hadFocus = document.activeElement === host
      host.remove()
      if (hadFocus && opener instanceof HTMLElement) opener.focus()
    }
    dialog.addEventListener('keydown', ({ key }) => key === 'Escape' && close?.())
    // first in the page: the first thing to be read, and to be reached by keyboard
    document.body.prepend(host)
    if (opener !== undefined) dialog.focus()
  }

  const start = (): void => {
    const refused = memory.recall()
    if (refused && !isDecided(client.consent())) record(refused, { basis: 'remembered' })
    if (!isDecided(client.consent())) open()
    client.on('consent', (choice) => {
      // forgotten: what follows is a first visit
      if (!Object.keys(choice).length) memory.keep(undefined)
      if (isDecided(choice)) close?.()
      else if (!close) open()
    })
    document.addEventListener(
      'click',
      (event) => {
        const opener = event
          .composedPath()
          .find((element) => (element as HTMLElement).dataset?.consentOpen !== undefined)
        if (!opener) return
        event.preventDefault()
        open(opener as Element)
      },
      true,
    )
    addEventListener(openEvent, () => open(document.activeElement), true)
  }

  if (document.body) start()
  else document.addEventListener('DOMContentLoaded', start)
}

export default banner
