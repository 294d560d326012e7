import { createServerClient } from '@spartito/server'
import { createFileSpool } from '@spartito/server/spool'
import { type Asked, story } from './story.ts'

/** As a process of Node, Deno or Bun: what is asked is its first argument, and its second a folder for a spool; what came of it is its one line. */
const [, , text, folder] = process.argv as [string, string, string, string?]
const asked = JSON.parse(text) as Asked
const spool = folder === undefined ? undefined : createFileSpool(folder)

/** Records into the spool and ends before anything can be sent. */
const recordAndEnd = async () => {
  const client = createServerClient({ collector: asked.collector, key: asked.key, ...(spool && { spool }) })
  const messageIds = await Promise.all(
    Array.from({ length: 5 }, (_, n) => client.track({ userId: asked.userId, event: 'Spooled', properties: { n } })),
  )
  return { messageIds, left: await client.close(50) }
}

const isUnreachable = new URL(asked.collector).port === '9'
process.stdout.write(`${JSON.stringify(await (isUnreachable ? recordAndEnd() : story(asked, spool)))}\n`)
