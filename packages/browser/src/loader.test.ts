import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'

const { code } = transformSync(readFileSync(new URL('loader.ts', import.meta.url), 'utf8'), { loader: 'ts' })

interface Page {
  window: Record<string, { q: [string, unknown[]][] } & Record<string, (...input: unknown[]) => unknown>>
  appended: { dataset: Record<string, string>; src: string; nonce: string }[]
  activate(): void
}

const load = ({ prerendering = false, spartito = undefined as unknown } = {}): Page => {
  const appended: Page['appended'] = []
  const listeners: (() => void)[] = []
  const window = { spartito } as Page['window']
  const document = {
    prerendering,
    currentScript: { dataset: { src: 'https://c.example/tag.js', writeKey: 'wk', collect: 'analytics' }, nonce: 'n1' },
    createElement: () => ({ dataset: {} }),
    head: { append: (script: Page['appended'][number]) => appended.push(script) },
    addEventListener: (_type: string, listener: () => void) => listeners.push(listener),
  }
  runInContext(code, createContext({ window, document, Object }))
  return {
    window,
    appended,
    activate: () => {
      for (const listener of listeners) listener()
    },
  }
}

test('the stub takes every call of the client, in order, and returns nothing', () => {
  const { window } = load()
  const stub = window.spartito!
  expect(stub.track!('x', { a: 1 })).toBeUndefined()
  expect(stub.consent!({ analytics: true })).toBeUndefined()
  expect(JSON.parse(JSON.stringify(stub.q))).toEqual([
    ['track', ['x', { a: 1 }]],
    ['consent', [{ analytics: true }]],
  ])
  const api = readFileSync(new URL('../../sdk/src/client-api.ts', import.meta.url), 'utf8')
  const methods = api.slice(api.indexOf('interface Client')).matchAll(/^ {2}(\w+)[<(]/gm)
  for (const [, method] of methods) expect(stub[method!], method).toBeTypeOf('function')
})

test('it hands its own attributes and nonce to the tag', () => {
  const { appended } = load()
  expect(appended).toMatchObject([
    { src: 'https://c.example/tag.js', nonce: 'n1', dataset: { writeKey: 'wk', collect: 'analytics' } },
  ])
})

test('a second loader changes nothing', () => {
  const { window, appended } = load({ spartito: 'there' })
  expect(window.spartito).toBe('there')
  expect(appended).toEqual([])
})

test('QU4 a page in which it cannot load the tag goes on', () => {
  const window = {} as Page['window']
  expect(() => runInContext(code, createContext({ window, document: {}, Object }))).not.toThrow()
  expect(() => window.spartito!.track!('x')).not.toThrow()
})

test('a page that is rendered ahead loads the tag when it is shown', () => {
  const page = load({ prerendering: true })
  expect(page.appended).toEqual([])
  page.activate()
  expect(page.appended).toHaveLength(1)
})
