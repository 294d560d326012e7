import { expect, test } from 'vitest'
import { chooseTexts } from './banner-texts.ts'

const both = JSON.stringify({
  de: { title: 'Datenschutz' },
  'pt-BR': { title: 'Privacidade' },
  he: { title: 'פרטיות' },
})

test.each<[json: string | undefined, page: string, language: string, title: string]>([
  [undefined, 'de', 'en', 'Your privacy'],
  [both, 'de', 'de', 'Datenschutz'],
  [both, 'de-AT', 'de', 'Datenschutz'],
  [both, 'pt-BR', 'pt-BR', 'Privacidade'],
  [both, 'en-GB', 'en', 'Your privacy'],
  [both, 'fr', 'de', 'Datenschutz'],
  ['{"en": {"title": "Cookies?"}}', 'fr', 'en', 'Cookies?'],
  ['{ not JSON', 'de', 'en', 'Your privacy'],
  ['null', 'de', 'en', 'Your privacy'],
  ['{"de": null}', 'de', 'de', 'Your privacy'],
])('%s on a page in %s: %s', (json, page, language, title) => {
  const chosen = chooseTexts(json, page)
  expect([chosen.language, chosen.texts.title, chosen.texts.accept]).toEqual([language, title, 'Accept all'])
})

test.each([
  ['he', 'rtl'],
  ['de', 'ltr'],
])('the direction is that of the language: %s %s', (page, direction) => {
  expect(chooseTexts(both, page).direction).toBe(direction)
})

test('purposes keep their English words where a language gives none', () => {
  const { purposes } = chooseTexts('{"de": {"purposes": {"analytics": ["Statistik"]}}}', 'de').texts
  expect(purposes.analytics).toEqual(['Statistik'])
  expect(purposes.marketing?.[0]).toBe('Marketing')
})
