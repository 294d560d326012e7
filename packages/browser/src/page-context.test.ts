import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { library } from './library.ts'
import { pageUrl } from './page-context.ts'

test.each([
  ['https://shop.example/a?b=1', 'https://shop.example/a?b=1'],
  ['https://shop.example/a#section', 'https://shop.example/a'],
  ['https://shop.example/#access_token=secret', 'https://shop.example/'],
  ['https://shop.example/#', 'https://shop.example/'],
  ['https://shop.example/#/cart', 'https://shop.example/#/cart'],
  ['https://shop.example/#!/cart', 'https://shop.example/#!/cart'],
])('the page of %s is %s', (href, wanted) => {
  expect(pageUrl(href)).toBe(wanted)
})

test('events name the version of the package', () => {
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(library).toEqual({ name, version })
})
