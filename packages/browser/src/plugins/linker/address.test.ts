import { expect, test } from 'vitest'
import { linkIn, withLink, withoutLink } from './address.ts'

const site = 'https://b.example'

const added: [what: string, before: string, after: string][] = [
  ['an address without a query', `${site}/`, `${site}/?spartito_link=X`],
  ['one with a query, as it is written', `${site}/?a=1%202&b=+`, `${site}/?a=1%202&b=+&spartito_link=X`],
  ['one with a fragment', `${site}/p?a=1#top`, `${site}/p?a=1&spartito_link=X#top`],
  ['one that has a link already', `${site}/?spartito_link=OLD&a=1`, `${site}/?a=1&spartito_link=X`],
]
test.each(added)('the link goes to the end of %s', (_what, before, after) => {
  expect(withLink(new URL(before), 'X')).toBe(after)
})

const taken: [what: string, before: string, link: string | undefined, after: string][] = [
  ['alone', `${site}/?spartito_link=X`, 'X', `${site}/`],
  ['first', `${site}/?spartito_link=X&a=1`, 'X', `${site}/?a=1`],
  ['last', `${site}/?a=1&spartito_link=X#top`, 'X', `${site}/?a=1#top`],
  ['in the middle', `${site}/?a=1&spartito_link=X&b=%C3%A9`, 'X', `${site}/?a=1&b=%C3%A9`],
  ['twice: the first counts, both go', `${site}/?spartito_link=X&spartito_link=Y`, 'X', `${site}/`],
  ['empty', `${site}/?spartito_link=`, '', `${site}/`],
  ['not at all', `${site}/?a=1`, undefined, `${site}/?a=1`],
  ['in a name that is longer', `${site}/?my_spartito_link=X`, undefined, `${site}/?my_spartito_link=X`],
  ['in the fragment, which is the page’s own', `${site}/#?spartito_link=X`, undefined, `${site}/#?spartito_link=X`],
]
test.each(taken)('a link is %s', (_what, before, link, after) => {
  const url = new URL(before)
  expect(linkIn(url)).toBe(link)
  expect(withoutLink(url)).toBe(after)
})
