import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planTypes } from './plan-types.ts'
import shop from './testing/shop-workspace.ts'

test('a plan is an interface, with the descriptions as comments', () => {
  expect(
    planTypes(shop.plan!),
  ).toBe(`// Written by \`spartito types\` from the workspace's tracking plan: change that, and write this again.

export interface Plan {
  /** Somebody looked at a product */
  'Product Viewed': {
    /**
     * as in the shop, not as on the *\\/ label
     * by the maker
     */
    product_id: string
    price?: number | undefined
    position?: 1 | -2 | undefined
    size?: 'S' | 'king\\'s' | 'a\\"b\\\\' | undefined
    is_new?: boolean | undefined
    since?: Date | string | undefined
    maker?: {
      name: string
      town?: string | undefined
    } | undefined
    tags?: ReadonlyArray<'new' | 'sale'> | undefined
    variants?: ReadonlyArray<{
      sku: string
    }> | undefined
    'as seen on'?: Record<string, unknown> | undefined
    rest?: ReadonlyArray<unknown> | undefined
  }
  'Signed Out': Record<string, never>
  Anything: Record<string, unknown>
}
`)
})

const viewed = (properties: string): string => `spartito.track('Product Viewed', { product_id: 'a', ${properties} })`

const right: [what: string, line: string][] = [
  ['what is required alone', viewed('')],
  ['numbers', viewed('price: 1.5, position: -2')],
  ['the values allowed', viewed(`size: 'king\\'s'`)],
  ['a boolean', viewed('is_new: true')],
  ['a date', viewed('since: new Date()')],
  ['a date as text', viewed(`since: '2026-01-01'`)],
  ['an object', viewed(`maker: { name: 'x' }`)],
  ['a list', viewed(`tags: ['new', 'sale']`)],
  ['a list that nobody may change', viewed(`tags: ['new'] as const`)],
  ['a list of objects', viewed(`variants: [{ sku: 'x' }]`)],
  ['anything inside', viewed(`'as seen on': { a: 1 }, rest: [1, 'x', null]`)],
  ['what is not known', viewed('price: undefined')],
  ['an event without properties', `spartito.track('Signed Out')`],
  ['an event of which nothing is said', `spartito.track('Anything', { a: 1 })`],
  ['the same without properties', `spartito.track('Anything')`],
]

const wrong: [what: string, line: string][] = [
  ['an event that there is not', `spartito.track('Product Seen', { product_id: 'a' })`],
  ['no properties where one is required', `spartito.track('Product Viewed')`],
  ['a required one missing', `spartito.track('Product Viewed', { price: 1 })`],
  ['a property that there is not', viewed(`colour: 'red'`)],
  ['a misspelt one', viewed('prise: 1')],
  ['text for a number', viewed(`price: '1'`)],
  ['a number for text', `spartito.track('Product Viewed', { product_id: 1 })`],
  ['a value that is not allowed', viewed(`size: 'L'`)],
  ['a number that is not allowed', viewed('position: 3')],
  ['text for a boolean', viewed(`is_new: 'yes'`)],
  ['a number for a date', viewed('since: 5')],
  ['a required one missing inside', viewed(`maker: { town: 'x' }`)],
  ['one too many inside', viewed(`maker: { name: 'x', street: 'y' }`)],
  ['a list with another value', viewed(`tags: ['old']`)],
  ['no list', viewed(`tags: 'new'`)],
  ['a list of other objects', viewed('variants: [{ id: 1 }]')],
  ['properties of an event without any', `spartito.track('Signed Out', { a: 1 })`],
]

describe('compiled by tsc, with createClient<Plan> of the browser package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spartito-plan-'))
  const faultyLines = new Set<number>()
  const uses = [
    `import { createClient } from '@spartito/browser'`,
    `import type { Plan } from './plan.ts'`,
    `export const spartito = createClient<Plan>({ writeKey: 'wk', collector: 'https://collect.example' })`,
  ]
  const lineOf = (line: string): number => uses.indexOf(line) + 1

  beforeAll(() => {
    uses.push(...[...right, ...wrong].map(([, line]) => line))
    writeFileSync(join(folder, 'plan.ts'), planTypes(shop.plan!))
    writeFileSync(join(folder, 'uses.ts'), uses.join('\n'))
    const browser = resolve(import.meta.dirname, '../../../browser/dist/index.d.ts')
    const base = resolve(import.meta.dirname, '../../../../tsconfig.json')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: base,
        compilerOptions: { lib: ['ES2024', 'DOM'], paths: { '@spartito/browser': [browser] } },
        files: ['uses.ts'],
      }),
    )
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
    try {
      execFileSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8', cwd: folder })
    } catch (error) {
      const { stdout } = error as { stdout: string }
      for (const fault of stdout.split('\n').filter((line) => /^\S/.test(line))) {
        const [, file, line] = /^(.*)\((\d+),\d+\): error TS/.exec(fault) ?? []
        // anything else than a use of the plan is a fault of the generated file or of this test
        if (!file?.endsWith('uses.ts') || Number(line) <= 3) throw new Error(stdout)
        faultyLines.add(Number(line))
      }
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(right)('right: %s', (_what, line) => {
    expect(faultyLines).not.toContain(lineOf(line))
  })

  test.each(wrong)('an error: %s', (_what, line) => {
    expect(faultyLines).toContain(lineOf(line))
  })
})
