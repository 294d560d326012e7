import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, inject, test } from 'vitest'
import { keys } from '../support/keys.ts'

/** `spartito types` on the suite's collector, with a token in the variable that a user names. */
const types = (token: string): Promise<{ code: number; out: string; err: string }> =>
  new Promise((done) => {
    const command = resolve(import.meta.dirname, '../../packages/cli/bin/spartito.mjs')
    const input = [command, 'types', inject('collector'), '--token-env', 'READER']
    execFile(process.execPath, input, { env: { ...process.env, READER: token }, timeout: 20_000 }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })

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
