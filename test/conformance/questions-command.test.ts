import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Workspace } from '@spartito/workspace'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { post, track } from './wire.ts'

let spartito: Spartito
let folder: TempFolder
let receiver: WebhookReceiver

interface Ran {
  code: number
  out: string
  err: string
}

/** A question as a user asks it of a running collector. */
const ask = (...flags: string[]): Promise<Ran> =>
  new Promise((done) => {
    const command = resolve(import.meta.dirname, '../../packages/cli/bin/spartito.mjs')
    const place = ['--collector', spartito.collector, '--token-env', 'READER', '--cache', join(folder.path, 'cache')]
    const options = { env: { ...process.env, READER: keys.reader }, timeout: 25_000 }
    execFile(process.execPath, [command, ...flags, ...place], options, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })

const lines = async (sql: string): Promise<unknown[]> => {
  const { out } = await ask('query', sql, '--json')
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

const order = (who: string, revenue: number) => track(who, 'Order Completed', { properties: { revenue } })
const visit = (who: string, source: string) => ({
  ...{ type: 'page', messageId: `visit-${who}`, anonymousId: who, name: 'Home' },
  context: { campaign: { source, medium: 'cpc' } },
})

const workspace: Workspace = {
  ...conformanceWorkspace,
  audiences: [
    ...conformanceWorkspace.audiences!,
    // Of binary fractions the sum of 0.1 and 0.2 would be more.
    { id: 'of_03', when: { agg: 'sum', of: 'properties.revenue', event: 'Order Completed', eq: 0.3 } },
    { id: 'by_ads', when: { touch: 'first', where: [{ path: 'context.campaign.source', eq: 'ads' }] } },
    { id: 'lookers', when: { all: [{ not: { audience: 'buyers' } }, { firstSeen: { within: 'P1D' } }] } },
  ],
}

describe('questions about what a running collector has stored', () => {
  beforeAll(async () => {
    folder = await makeTempFolder('questions')
    spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
    receiver = await startWebhookReceiver({
      secret: keys.webhook,
      answer: ({ audience }) => (audience === 'of_03' ? 400 : 200),
    })
    await spartito.admin.publish({ ...workspace, destinations: [receiverDestination(receiver.origin)] })
    const seen = track('eve', 'Product Viewed', { properties: { product_id: 'p1' } })
    const batches = [
      [visit('ann', 'ads'), visit('bob', 'mail')],
      [order('ann', 0.1), order('ann', 0.2), order('bob', 5), seen],
      // A client that did not hear the answer sends it again.
      [seen],
    ]
    for (const batch of batches) {
      const options = { to: spartito.collector, headers: { authorization: basic(keys.browser) } }
      expect((await post('/v1/batch', { batch }, options)).status).toBe(200)
    }
    await vi.waitFor(async () => expect(await lines('select count(*) as n from events')).toEqual([{ n: 6 }]), {
      timeout: 25_000,
      interval: 500,
    })
    return async () => {
      await spartito.runtime.stop()
      await receiver.stop()
      await folder.remove()
    }
  }, 60_000)

  test('LA2 a query counts each event once, in the profile that has it', async () => {
    const sql =
      "select anonymous_id, count(*) as n, count(distinct profile_id) as profiles from events where event = 'Order Completed' group by all order by 1"
    expect(await lines(sql)).toEqual([
      { anonymous_id: 'ann', n: 2, profiles: 1 },
      { anonymous_id: 'bob', n: 1, profiles: 1 },
    ])
  })

  test('a preview says of the lake what the collector has decided', { timeout: 60_000 }, async () => {
    const file = join(folder.path, 'workspace.json')
    await writeFile(file, JSON.stringify(workspace))
    const isMember = async (who: string, id: string) => {
      const profile = await spartito.admin.profile({ type: 'anonymous_id', value: who })
      return profile!.audiences.some((audience) => audience.id === id)
    }
    for (const { id } of workspace.audiences!) {
      const decided = await Promise.all(['ann', 'bob', 'eve'].map((who) => isMember(who, id)))
      const { out } = await ask('preview', id, '--workspace', file, '--days', '1', '--json')
      expect(JSON.parse(out), id).toMatchObject({ members: decided.filter(Boolean).length, profiles: 3 })
    }
  })

  test('each report answers', { timeout: 60_000 }, async () => {
    const rows = async (...flags: string[]) =>
      JSON.parse((await ask('report', ...flags, '--json')).out).sections[0].rows
    expect(await rows('sources')).toEqual([['web', 6, 3, 0, 0, 0, 1]])
    expect(await rows('attribution', 'Order Completed')).toEqual([
      ['ads / cpc', 2, 0.3, 2 / 3],
      ['mail / cpc', 1, 5, 1 / 3],
    ])
    const steps: unknown[][] = await rows('funnel', 'page', 'Order Completed')
    expect(steps.map((step) => step.slice(0, 3))).toEqual([
      ['1. page', 2, 1],
      ['2. Order Completed', 2, 1],
    ])
    // Who looks before buying is a looker until then. What is no event reaches the lake by a queue of its own, a little later.
    const moves = [
      ['buyers', 2, 0, 2],
      ['by_ads', 1, 0, 1],
      ['lookers', 3, 2, 1],
      ['of_03', 1, 0, 1],
      ['secret', 1, 0, 1],
      ['viewing', 1, 0, 1],
    ]
    await vi.waitFor(async () => expect(await rows('audiences')).toEqual(moves), { timeout: 20_000, interval: 500 })
    // The receiver refuses one for good.
    const delivered = ['receiver', 10, 1, 0, 1]
    const deliveries = async () => (await rows('deliveries')).map((row: unknown[]) => row.slice(0, 5))
    await vi.waitFor(async () => expect(await deliveries()).toEqual([delivered]), { timeout: 20_000, interval: 500 })
  })
})
