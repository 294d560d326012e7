import { type CheckpointEnv, passCheckpoint } from './checkpoint.ts'

/** What a survivor asks of a loser (SPEC ID12), as far as a kill is tried there. */
interface Peer {
  claim(address: object, message: object): Promise<unknown>
  pull(mergeId: string, cursor: number): Promise<{ next: number | null }>
  close(message: object): Promise<void>
}

export interface Namespace {
  getByName(name: string): Peer
}

const callOf =
  (peer: Peer, method: string | symbol) =>
  (...args: never[]) =>
    (peer as unknown as Record<string | symbol, (...args: never[]) => unknown>)[method]!(...args)

/**
 * The Visitors as one of them calls them: a checkpoint before and after each step of a merge. What is carried is
 * the loser's name, and of a page its number from 1.
 */
export const stopMerges = (env: CheckpointEnv & { VISITOR: Namespace }): Namespace => {
  /** by merge: the cursors that were asked for */
  const pulled = new Map<string, number[]>()

  const pageNumber = (mergeId: string, cursor: number): number => {
    const cursors = pulled.get(mergeId) ?? []
    if (!cursors.includes(cursor)) cursors.push(cursor)
    pulled.set(mergeId, cursors)
    return cursors.indexOf(cursor) + 1
  }

  const stopped = (peer: Peer, loser: string): Peer => ({
    async claim(address, message) {
      await passCheckpoint(env, 'claim.ask', loser)
      const reply = await peer.claim(address, message)
      await passCheckpoint(env, 'claim.asked', loser)
      return reply
    },
    async pull(mergeId, cursor) {
      const number = pageNumber(mergeId, cursor)
      await passCheckpoint(env, 'page.pull', `${loser} page ${number}.`)
      const page = await peer.pull(mergeId, cursor)
      await passCheckpoint(env, 'page.pulled', `${loser} page ${number}.${page.next === null ? ' the last' : ''}`)
      return page
    },
    async close(message) {
      await passCheckpoint(env, 'close.tell', loser)
      await peer.close(message)
      await passCheckpoint(env, 'close.told', loser)
    },
  })

  return {
    getByName(name) {
      const peer = env.VISITOR.getByName(name)
      const steps = stopped(peer, name)
      // All that is no step of a merge is the peer's own.
      return new Proxy(steps, { get: (_steps, method) => steps[method as keyof Peer] ?? callOf(peer, method) })
    },
  }
}
