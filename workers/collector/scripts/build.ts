/** Makes the module that the collector serves the tag from: `npm run build -w @spartito/collector`, after the tag's own build. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, '../../../packages/browser/dist')
const describe = async (file: string) => {
  const body = await readFile(join(dist, file), 'utf8')
  const digest = createHash('sha384').update(body).digest()
  return {
    body,
    /** in the name that never changes its bytes: `/tag.<hash>.js` */
    hash: digest.toString('hex').slice(0, 16),
    /** for the `integrity` of a script element */
    integrity: `sha384-${digest.toString('base64')}`,
  }
}
const [tag, tagOfIdentity] = await Promise.all([describe('tag.js'), describe('tag.identity.js')])
const plugins: Record<string, unknown> = {}
for (const file of (await readdir(join(dist, 'plugins'))).sort()) plugins[file] = await describe(`plugins/${file}`)
plugins['service-worker.js'] = await describe('service-worker.script.js')
const folder = join(here, '../generated')
await mkdir(folder, { recursive: true })
await writeFile(
  join(folder, 'tag.ts'),
  Object.entries({ tag, tagOfIdentity, plugins })
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)}\n`)
    .join(''),
)
