import { expect, test } from 'vitest'
import { bareUrl } from './bare-url.ts'

test.each([
  ['https://shop.example/a/b.pdf', 'https://shop.example/a/b.pdf'],
  ['https://shop.example/a?email=eve@example.com', 'https://shop.example/a'],
  ['https://shop.example/a#token=1', 'https://shop.example/a'],
  ['https://eve:secret@shop.example/a', 'https://shop.example/a'],
  ['http://shop.example:8080', 'http://shop.example:8080/'],
  ['data:text/csv,eve@example.com', undefined],
  ['blob:https://shop.example/0b7c', undefined],
  ['mailto:eve@example.com', undefined],
  ['javascript:alert(1)', undefined],
])('what is told of %s is %s', (href, wanted) => {
  expect(bareUrl(new URL(href))).toBe(wanted)
})
