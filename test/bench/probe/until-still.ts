import { setTimeout as wait } from 'node:timers/promises'

const stillWithinMs = 60_000
const everyMs = 500

/** Waits until nothing has been counted for so long: alarms have run, consumers are done. */
export const untilStill = async (read: () => Promise<unknown>, forMs: number): Promise<void> => {
  let before = JSON.stringify(await read())
  let since = Date.now()
  for (const deadline = since + stillWithinMs; Date.now() - since < forMs && Date.now() < deadline; ) {
    await wait(everyMs)
    const now = JSON.stringify(await read())
    if (now !== before) since = Date.now()
    before = now
  }
}
