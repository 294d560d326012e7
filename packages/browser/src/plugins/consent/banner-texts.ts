/** What the banner says in one language. */
export interface BannerTexts {
  title: string
  text: string
  /** of the link to the page that `data-banner-policy` names */
  policy: string
  accept: string
  refuse: string
  /** goes before the names of the purposes */
  choose: string
  save: string
  /** by purpose its name and what it is for */
  purposes: Record<string, [name: string, what?: string]>
}

const english: BannerTexts = {
  title: 'Your privacy',
  text: 'May we remember your visit? You can change your mind at any time.',
  policy: 'Privacy policy',
  accept: 'Accept all',
  refuse: 'Refuse all',
  choose: 'Choose',
  save: 'Save my choice',
  purposes: {
    analytics: ['Statistics', 'We count what is used, to improve this site.'],
    marketing: ['Marketing', 'We show you what may interest you, here and elsewhere.'],
  },
}

const rightToLeft = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/

export interface Translation {
  texts: BannerTexts
  language: string
  direction: 'ltr' | 'rtl'
}

/**
 * Chooses the banner's texts for the page's language. Pure.
 *
 * @param json `{"de": {"title": …, "purposes": {"analytics": ["Statistik", …]}}}`; what a language lacks is said in English
 * @param language of the page, such as `de-AT`: itself, then `de`, then the first one given
 */
export const chooseTexts = (json: string | undefined, language: string): Translation => {
  let given: Record<string, Partial<BannerTexts>> = {}
  try {
    given = Object(JSON.parse(json ?? '{}'))
  } catch {
    // a mistake in the setting must not leave the visitor without a choice
  }
  const known: Record<string, Partial<BannerTexts>> = { en: {}, ...given }
  const name = [language, language.split('-')[0]!].find((one) => known[one]) ?? Object.keys(given)[0] ?? 'en'
  const own = Object(known[name]) as Partial<BannerTexts>
  return {
    texts: { ...english, ...own, purposes: { ...english.purposes, ...own.purposes } },
    language: name,
    direction: rightToLeft.test(name) ? 'rtl' : 'ltr',
  }
}
