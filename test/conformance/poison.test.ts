import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { fresh, postRaw, track } from './wire.ts'

/** Each is either refused at once, or reaches the lake. The last ones would hold up all that follows. */
const strange: [what: string, json: string][] = [
  ['text that no code page holds', '"properties":{"\\ud800":"\\udfff"}'],
  ['properties without any', '"properties":{},"context":{},"traits":{}'],
  ['a line break in every text', '"properties":{"a\\nb":"c\\nd\\u2028"}'],
  ['a year before Christ', '"timestamp":"-271821-04-20T00:00:00.000Z"'],
  ['times at both ends of all dates', '"timestamp":-8.64e15,"sentAt":8.64e15'],
  ['a time after all dates', '"timestamp":"2026-01-01T00:00:00Z","sentAt":1e20'],
  ['a time before all dates', '"timestamp":-1e20'],
]

describe('R3 one strange event holds up no other on its way to the lake', () => {
  let folder: TempFolder
  let spartito: Spartito

  beforeAll(async () => {
    folder = await makeTempFolder('conformance-poison')
    spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
    await spartito.admin.publish(conformanceWorkspace)
  })
  afterAll(async () => {
    await spartito?.runtime.stop()
    await folder?.remove()
  })

  const accepted = async (): Promise<number> => {
    const { sources } = await spartito.admin.stats()
    return sources.reduce((sum, { accepted: its }) => sum + its, 0)
  }

  test.each(strange)('%s', async (_what, json) => {
    const before = await accepted()
    const good = JSON.stringify(track(fresh('device'), 'Good'))
    const event = `{"type":"track","event":"Strange","anonymousId":"${fresh('device')}",${json}}`
    const to = { to: spartito.collector }
    const { status, body } = await postRaw('/v1/batch', `{"batch":[${event},${good}]}`, {}, to)
    expect(status).toBe(200)
    expect([1, 2]).toContain(body.accepted)
    await expect.poll(accepted, { timeout: 12_000, interval: 200 }).toBe(before + body.accepted!)
  })
})
