import { expect, inject, test } from 'vitest'
import { runSpartito } from '../../packages/cli/src/testing/run-spartito.ts'
import { keys } from '../support/keys.ts'

/** `spartito types` on the suite's collector, with a token in the variable that a user names. */
const types = (token: string) =>
  runSpartito(['types', inject('collector'), '--token-env', 'READER'], { env: { READER: token } })

test('WS spartito types writes the tracking plan that the collector has, and a token that may read is enough', async () => {
  const { code, out, err } = await types(keys.reader)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(`export interface Plan {
  'Product Viewed': {
    product_id: string
  }
}
`)
})

test('AD it says that a token is refused, and does not show it', async () => {
  const { code, out, err } = await types('at_of_nobody')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('/admin/workspace answered 401')
  expect(err).not.toContain('at_of_nobody')
})
