/** Builds what is published and what the collector serves. Prints nothing unless it fails. */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.ts'
import { writeDeclarations } from './declarations.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
const dist = join(folder, 'dist')
const [tag, tagOfIdentity, loader, index, localStorageStore, inApp, pageScript, serviceWorker, serviceWorkerScript] =
  await Promise.all([
    bundle('tag', 'script'),
    bundle('tag.identity', 'script'),
    bundle('loader', 'script'),
    bundle('index', 'module'),
    bundle('local-storage-store', 'module'),
    bundle('in-app', 'module'),
    bundle('page-script', 'script'),
    bundle('service-worker', 'module'),
    bundle('service-worker.script', 'script'),
  ])
/** Each file of `src/plugins` is one, but for what they share. */
const plugins = globSync('src/plugins/*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'plugin' && !name.includes('.'))

rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'plugins'), { recursive: true })
// For pages that pin the tag: a name that never means other bytes, and the hash that the browser checks them by.
const file = `tag.${createHash('sha256').update(tag).digest('hex').slice(0, 12)}.js`
const integrity = `sha384-${createHash('sha384').update(tag).digest('base64')}`
writeFileSync(join(dist, 'tag.js'), tag)
writeFileSync(join(dist, file), tag)
writeFileSync(join(dist, 'tag.identity.js'), tagOfIdentity)
writeFileSync(join(dist, 'loader.js'), loader)
writeFileSync(join(dist, 'index.js'), index)
writeFileSync(join(dist, 'local-storage-store.js'), localStorageStore)
writeFileSync(join(dist, 'in-app.js'), inApp)
// as text: an app hands it to its web view
writeFileSync(join(dist, 'page-script.js'), `export default ${JSON.stringify(pageScript)}\n`)
writeFileSync(join(dist, 'service-worker.js'), serviceWorker)
writeFileSync(join(dist, 'service-worker.script.js'), serviceWorkerScript)
for (const name of plugins)
  writeFileSync(join(dist, 'plugins', `${name}.js`), await bundle(`plugins/${name}`, 'module'))
writeFileSync(
  join(dist, 'manifest.json'),
  `${JSON.stringify({ file, integrity, bytes: Buffer.byteLength(tag) }, null, 2)}\n`,
)
writeDeclarations(folder)
writeFileSync(join(dist, 'page-script.d.ts'), 'declare const script: string\nexport default script\n')
