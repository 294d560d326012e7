import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Told } from './pages/told.ts'

export interface Pages {
  origin: string
  close(): Promise<void>
}

/**
 * A site for each client: a page `/<name>?collector=<origin>` that loads the bundle of `pages/<name>.ts`, as a site's own build would make it,
 * and sends to that collector.
 */
export const servePages = async (names: readonly string[], writeKey: string): Promise<Pages> => {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(import.meta.dirname, `pages/${name}.ts`)),
    outdir: 'out',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const scripts = new Map(outputFiles.map(({ path, text }) => [path.split(/[\\/]/).at(-1)!, text]))
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
    const told: Told = { collector: searchParams.get('collector') ?? '', writeKey }
    const script = scripts.get(pathname.slice(1))
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    const page = `<!doctype html><title>A site</title><script>window.told = ${JSON.stringify(told)}</script>
      <script type="module" src="${pathname}.js"></script>`
    response.end(script ?? page)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
