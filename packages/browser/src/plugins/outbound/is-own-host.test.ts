import { expect, test } from 'vitest'
import { isOwnHost } from './is-own-host.ts'

test.each([
  ['shop.example', ['shop.example'], true],
  ['www.shop.example', ['shop.example'], true],
  ['shop.example', ['www.shop.example'], true],
  ['blog.shop.example', ['www.shop.example'], true],
  ['shop.example', ['blog.shop.example'], false],
  ['myshop.example', ['shop.example'], false],
  ['shop.example.evil.example', ['shop.example'], false],
  ['pay.example', ['shop.example', 'Pay.Example'], true],
  ['127.0.0.1', ['127.0.0.1'], true],
  ['27.0.0.1', ['127.0.0.1'], false],
])('%s with own hosts %s is own: %s', (host, own, wanted) => {
  expect(isOwnHost(host, own)).toBe(wanted)
})
