import { afterAll, beforeAll, expect, test } from 'vitest'
import { activationConfig, collectorConfig } from '../../packages/cli/src/dev/runtime.ts'
import { type JsonReceiver, startJsonReceiver } from '../support/json-receiver.ts'
import { keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { writeWrappedWorker } from '../support/write-wrapped-worker.ts'

let folder: TempFolder
let inside: JsonReceiver
let spartito: Spartito

/** Activation as on the network, beside a collector that lets this machine through: what was saved is not to be trusted. */
const entry = (main: string): string => `
  import worker, { Deliveries as Own } from '${main}'
  export * from '${main}'
  export class Deliveries extends Own {
    constructor(ctx, env) { super(ctx, { ...env, DEVELOPMENT: 'false' }) }
  }
  export default worker
`

beforeAll(async () => {
  folder = await makeTempFolder('conformance-guard')
  inside = await startJsonReceiver()
  const activation = await writeWrappedWorker({
    config: activationConfig,
    wrapping: 'guarded',
    worker: 'activation',
    entry,
  })
  spartito = await startSpartito({ folder: folder.path, configs: { collector: collectorConfig, activation } })
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser }],
    purposes: ['marketing'],
    audiences: [{ id: 'buyers', when: { event: 'Order Completed' } }],
    destinations: [receiverDestination(inside.origin)],
  })
})

afterAll(async () => {
  await spartito?.runtime.stop()
  await inside?.stop()
  await folder?.remove()
})

test('DE5 a URL is looked at again before each request, and none is made to this machine', async () => {
  const response = await fetch(`${spartito.collector}/admin/destinations/receiver/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.admin}` },
  })
  expect(await response.json()).toMatchObject({
    outcome: 'refused',
    status: null,
    reason: 'its URL leads to the machine itself, which is for development alone',
  })
  expect(inside.arrivals).toEqual([])
})
