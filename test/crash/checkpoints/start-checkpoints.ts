import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readRequest } from '../../support/read-request.ts'
import type { Checkpoint, Passage } from './checkpoint.ts'

/** Where a Worker shall hang: when what passes contains all of these texts. */
export interface Hold {
  at: Checkpoint
  carrying: string[]
}

export interface Checkpoints {
  url: string
  /** whether a Worker was let through so */
  hasPassed(hold: Hold): boolean
  /** the holds where no Worker hangs yet; one that hangs does so until it is killed */
  unheld(): Hold[]
  stop(): Promise<void>
}

const fits = ({ at, carrying }: Hold, { checkpoint, carries }: Passage): boolean =>
  checkpoint === at && carrying.every((part) => carries.includes(part))

/** The test's side of the checkpoints: it lets all pass but what is held, which never gets an answer. */
export const startCheckpoints = async (holds: readonly Hold[]): Promise<Checkpoints> => {
  const passed: Passage[] = []
  const hanging = new Set<Hold>()
  const server = createServer(async (request, response) => {
    // A runtime that is killed while it asks has passed nothing, and nobody is left to be answered.
    const asked = await readRequest(request)
    if (asked === undefined) return
    const passage = JSON.parse(asked) as Passage
    const held = holds.find((hold) => fits(hold, passage))
    if (held) {
      hanging.add(held)
      return
    }
    passed.push(passage)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    hasPassed: (hold) => passed.some((passage) => fits(hold, passage)),
    unheld: () => holds.filter((hold) => !hanging.has(hold)),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
