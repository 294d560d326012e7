import type { Config } from '@spartito/sdk'

export interface TagConfig extends Config {
  /** page views of this page and of single-page navigation; default true */
  pageViews?: boolean | undefined
  /** else nothing is stored on the device, whatever the consent: ids and queue live as long as the page */
  isStoring: boolean
}

const words = (text: string | undefined): string[] | undefined => text?.match(/\S+/g) ?? undefined

/**
 * Reads the tag's configuration from its script element. Pure.
 *
 * @param data the element's `dataset`
 * @param src the element's `src`: its origin is the collector, unless `data-collector` names another
 */
export const readAttributes = (data: DOMStringMap, src: string): TagConfig => {
  const isStoring = data.storage !== 'none'
  return {
    writeKey: data.writeKey!,
    collector: data.collector ?? src,
    consent: {
      policy: data.consent as 'opt-in',
      purposes: words(data.purposes),
      collect: words(data.collect),
    },
    credentials: isStoring ? (data.credentials as 'omit') : 'omit',
    pageViews: data.pageViews !== 'false',
    isStoring,
  }
}

/**
 * The plugins that the script element asks for, and `debug` where the page's address has `spartito_debug`. Pure.
 *
 * @param query of the page's address
 */
export const readPlugins = (data: DOMStringMap, query: string): string[] | undefined =>
  words([data.capture, data.plugins, query.match('spartito_(debug)')?.[1]].join(' '))
