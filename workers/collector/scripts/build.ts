/** Puts the built tag where the collector serves it from, with the headers that it is served with. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'

const from = new URL('../../../packages/browser/dist/', import.meta.url)
const to = new URL('../public/', import.meta.url)

await rm(to, { recursive: true, force: true })
await mkdir(to, { recursive: true })
for (const name of await readdir(from))
  if (/^tag(\.[0-9a-f]+)?\.js$/.test(name)) await cp(new URL(name, from), new URL(name, to))

// The plain name is looked at again after five minutes; a name with a hash never changes its bytes.
await writeFile(
  new URL('_headers', to),
  `/tag.js
  Cache-Control: public, max-age=300, stale-while-revalidate=86400
/tag.*.js
  Cache-Control: public, max-age=31536000, immutable
/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  X-Content-Type-Options: nosniff
`,
)
