import * as v from 'valibot'
import { expect, test } from 'vitest'
import { readyHttp } from './ready.ts'
import { httpSettings } from './settings.ts'

test.each(Object.entries(readyHttp))('the ready settings for %s are settings', (_tool, settings) => {
  expect(v.safeParse(httpSettings, settings).issues).toBeUndefined()
})
