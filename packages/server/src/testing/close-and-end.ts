import { createServerClient } from '../client.ts'

/** Records, closes and has nothing more to do: ends with 3 where something holds it for five seconds all the same. */
const [, , collector] = process.argv as [string, string, string]
const client = createServerClient({ collector, key: 'sk_test_1', flushAfterMs: 5 })
void client.track({ userId: 'ada', event: 'Order Completed' })
const left = await client.close(30_000)
setTimeout(() => process.exit(3), 5_000).unref()
process.stdout.write(`${left}\n`)
