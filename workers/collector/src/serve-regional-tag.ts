import type { ConsentLaw } from '@spartito/protocol'
import { lawOf } from '@spartito/workspace'
import type { Handler } from 'hono'
import { tag, tagOfIdentity } from '../generated/tag.ts'
import { regionOf, underLaw } from './consent/in-region.ts'
import type { Env } from './env.ts'
import { readWorkspace } from './workspace/read-workspace.ts'

const served: ReadonlyMap<string, { body: string; hash: string }> = new Map([
  ['/tag.region.js', tag],
  ['/tag.region.identity.js', tagOfIdentity],
])

export const regionalTagPaths: readonly string[] = [...served.keys()]

/** What the tag does before a choice. Where no law asks silence collects as under opt-out, and the tag goes on hearing Global Privacy Control. */
const modeUnder = (law: ConsentLaw): string => (law === 'none' ? 'opt-out' : law)

/**
 * What goes before the tag: the attributes that the page has left out of the tag's own element. The tag needs no byte for it, and asks nobody:
 * it has to know before its first request.
 */
const prefixOf = (law: ConsentLaw, region: string | undefined): string => {
  const said = `d.consent??=${JSON.stringify(modeUnder(law))}`
  const where = region === undefined ? '' : `;d.region??=${JSON.stringify(region)}`
  return `try{let d=document.currentScript.dataset;${said}${where}}catch{}\n`
}

/**
 * Serves the tag as it starts under the law of the source and of the place that asks for it (SPEC CO3): `/tag.region.js?writeKey=…`. A page's own
 * `data-consent` holds all the same. What is answered is the visitor's own: no cache but the browser's keeps it, for five minutes.
 */
export const serveRegionalTag: Handler<{ Bindings: Env }> = async (c) => {
  const { body, hash } = served.get(c.req.path)!
  const { sourcesByKey } = await readWorkspace(c.env, Date.now())
  const source = sourcesByKey.get(c.req.query('writeKey') ?? '')
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  }
  // A server's key is a secret that no page may hold.
  if (source?.kind !== 'browser') {
    const says = `${c.req.path} needs the write key of a browser source: ${c.req.path}?writeKey=…, or use ${c.req.path.replace('.region', '')}`
    return c.body(`console.error(${JSON.stringify(`Spartito: ${says}`)})\n`, 404, {
      ...headers,
      'cache-control': 'no-store',
    })
  }
  const law = lawOf(underLaw(source, c.req.raw))
  const region = source.ip === 'drop' ? undefined : regionOf(c.req.raw)
  const etag = `"${hash}-${law}-${region ?? ''}"`
  const all = { ...headers, 'cache-control': 'private, max-age=300', etag }
  if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, all)
  return c.body(prefixOf(law, region) + body, 200, all)
}
