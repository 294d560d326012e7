import { createServerClient } from '../client.ts'
import { createFileSpool } from '../spool/file-spool.ts'

const [, , collector, folder] = process.argv as [string, string, string, string]
const client = createServerClient({ collector, key: 'sk_test_1', flushAfterMs: 5, spool: createFileSpool(folder) })
/** Until it is killed; a minute at most. */
const until = Date.now() + 60_000

const record = async (first: number): Promise<void> => {
  for (let n = first; Date.now() < until; n += 8) {
    await client.track({ userId: 'ada', event: 'Tick', properties: { n } })
    process.stdout.write(`${n}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, (_, first) => record(first)))
