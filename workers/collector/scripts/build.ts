/** Puts the built tag where the collector serves it from, with the headers that it is served with. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const from = join(here, '../../../packages/browser/dist')
const to = join(here, '../public')

await rm(to, { recursive: true, force: true })
await mkdir(to, { recursive: true })
for (const name of await readdir(from))
  if (/^tag(\.[0-9a-f]+)?\.js$/.test(name)) await cp(join(from, name), join(to, name))

// The plain name is looked at again after five minutes; a name with a hash never changes its bytes.
await writeFile(
  join(to, '_headers'),
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
