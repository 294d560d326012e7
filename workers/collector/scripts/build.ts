/** Makes the module that the collector serves the tag from: `npm run build -w @spartito/collector`, after the tag's own build. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const describe = async (file: string) => {
  const body = await readFile(join(here, '../../../packages/browser/dist', file), 'utf8')
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
const folder = join(here, '../generated')
await mkdir(folder, { recursive: true })
await writeFile(
  join(folder, 'tag.ts'),
  `export const tag = ${JSON.stringify(tag)}\nexport const tagOfIdentity = ${JSON.stringify(tagOfIdentity)}\n`,
)
