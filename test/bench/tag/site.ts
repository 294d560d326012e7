import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contender } from './contenders.ts'
import { marksOf } from './marks.ts'

export interface Site {
  origin: string
  stop(): Promise<void>
}

/** The functions that a page of the site has: `start`, `isReady` and `track`. */
const pageScript = ({ script, usage }: Contender, edge: string): string => {
  const { data = {}, before = '', after, isReady, track } = usage(edge)
  return `window.bench = {
  /** Evaluates the library and starts it, within one task. */
  start() {
    ;(() => { ${before} })()
    const element = document.createElement('script')
    Object.assign(element.dataset, ${JSON.stringify(data)})
    element.textContent = ${JSON.stringify(script)}
    document.head.append(element)
    ;(() => { ${after} })()
  },
  isReady: () => ${isReady},
  track: ${track},
}`
}

const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">${body}`

const bench = '<script src="/bench.js"></script>'

/** A page that starts its tag, records events and leaves, in one task. */
const coldPage = (names: readonly string[], to: string): string =>
  page(`${bench}<script>
bench.start()
for (const name of ${JSON.stringify(names)}) bench.track(name)
location.href = ${JSON.stringify(to)}
</script>`)

/**
 * A site with one tag: `/` has it and does not start it, `/with` starts it, `/without` has none; `/cold?run=…&to=…` starts it,
 * records the run's events and leaves.
 */
export const startSite = async (contender: Contender, edge: string, events: number): Promise<Site> => {
  const pages: Record<string, (query: URLSearchParams) => string> = {
    '/': () => page(bench),
    '/with': () => page(`${bench}<script>bench.start()</script>`),
    '/without': () => page(''),
    '/cold': (query) => coldPage(marksOf(query.get('run')!, events), query.get('to')!),
  }
  const script = pageScript(contender, edge)
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://site')
    if (pathname === '/bench.js')
      return response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script)
    const text = pages[pathname]?.(searchParams)
    return response.writeHead(text ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
