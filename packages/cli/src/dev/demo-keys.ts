import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The keys of one demonstration; made once and kept with its state, so that a second start knows the profiles. */
export interface DemoKeys {
  writeKey: string
  serverKey: string
  adminToken: string
  readToken: string
  webhookSecret: string
}

const random = (prefix: string, bytes: number): string => prefix + randomBytes(bytes).toString('hex')

const newKeys = (): DemoKeys => ({
  writeKey: random('wk_', 12),
  serverKey: random('sk_', 24),
  adminToken: random('at_', 24),
  readToken: random('rt_', 24),
  webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
})

export const readDemoKeys = async (stateDir: string): Promise<DemoKeys> => {
  const file = join(stateDir, 'keys.json')
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DemoKeys
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`${file} cannot be read: start with --fresh to forget the state (${String(error)})`)
  }
  const keys = newKeys()
  await mkdir(stateDir, { recursive: true })
  await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  return keys
}
