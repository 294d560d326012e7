/**
 * The process of an app: the bundle of the package, over storage in a folder. It does what its parent says and says when the storage has it.
 * `node app-process.ts BUNDLE FOLDER COLLECTOR WRITE_KEY`
 */
import { readFileSync } from 'node:fs'
import { runInThisContext } from 'node:vm'
import type { createClient } from '@spartito/react-native/client'
import { folderStorage } from './folder-storage.ts'

export type Order = { track: string; from: number; to: number } | { pushToken: string } | { flush: true }
export interface Report {
  kept: number
}

const [bundle, folder, collector, writeKey] = process.argv.slice(2) as [string, string, string, string]

runInThisContext(readFileSync(bundle, 'utf8'), { filename: bundle })
const { spartitoApp } = globalThis as unknown as { spartitoApp: { createClient: typeof createClient } }
const storage = folderStorage(folder)
const client = spartitoApp.createClient(
  { writeKey, collector, consent: { policy: 'opt-out' } },
  { storage, Platform: { OS: 'ios', Version: '26.1' }, app: { name: 'Shop', version: '4.2' } },
)

const isEvent = (key: string): boolean => /:[0-9A-Z]{26}$/.test(key)
const keptNow = async (): Promise<number> => (await storage.getAllKeys()).filter(isEvent).length

process.on('message', async (order: Order) => {
  if ('track' in order) {
    const before = await keptNow()
    for (let n = order.from; n < order.to; n++) client.track(order.track, { n })
    while ((await keptNow()) < before + order.to - order.from) await new Promise((resolve) => setTimeout(resolve, 10))
  } else if ('pushToken' in order) client.setPushToken(order.pushToken)
  else await client.flush()
  process.send!({ kept: await keptNow() } satisfies Report)
})
process.send!({ kept: await keptNow() } satisfies Report)
