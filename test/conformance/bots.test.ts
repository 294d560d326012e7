import { beforeAll, expect, test } from 'vitest'
import { queryLake } from '../support/query-lake.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { post, track } from './wire.ts'

let spartito: Spartito
let folder: TempFolder

beforeAll(async () => {
  folder = await makeTempFolder('bots')
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await spartito.admin.publish(conformanceWorkspace)
  return async () => {
    await spartito.runtime.stop()
    await folder.remove()
  }
})

const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

test('WI6, WI13 what bots send is in the lake, marked, in no profile, and counted by its code', async () => {
  const { collector, admin, runtime } = spartito
  const send = (batch: object[], agent: string) =>
    post('/v1/batch', { batch }, { to: collector, headers: { 'user-agent': agent } })
  const ofBots = [track('bot', 'Product Viewed'), track('bot', 'Product Viewed')]
  const ofPeople = [track('person', 'Product Viewed')]
  // The first answer to the bot is as if it had been lost.
  for (let times = 0; times < 2; times++)
    expect((await send(ofBots, crawler)).body).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'bot' }, { code: 'bot' }],
    })
  expect((await send(ofPeople, browser)).body).toMatchObject({ accepted: 1, rejected: [] })

  const counts = async () => {
    const { sources } = await admin.stats()
    const [{ received, accepted, rejected } = { received: 0, accepted: 0, rejected: {} }] = sources
    return { received, accepted, rejected }
  }
  await expect.poll(counts, { timeout: 10_000 }).toEqual({ received: 3, accepted: 1, rejected: { bot: 2 } })
  expect(await admin.profile({ type: 'anonymous_id', value: 'bot' })).toBeUndefined()

  await runtime.copyLake('events/', `${folder.path}/lake`)
  const rows = await queryLake(
    `${folder.path}/lake`,
    "DISTINCT message_id, profile_id IS NULL, coalesce(context->>'bot', '')",
  )
  const expected = [
    ...ofBots.map(({ messageId }) => [messageId, true, 'true']),
    ...ofPeople.map(({ messageId }) => [messageId, false, '']),
  ]
  expect(rows.sort()).toEqual(expected.sort())
})
