import { type Copies, noCopies, type Plan, questionsAbout, withAnswer } from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import type { IngestRequest } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

interface Peer {
  knows(hashes: readonly string[]): Promise<string[]>
}

/**
 * Finds out which events of a request somebody has already to whom they left this device before (SPEC WI9). On a device of one owner,
 * and where all of it happens now and nobody else was here of late, it asks nobody.
 */
export const askOwners = async (
  store: VisitorStore,
  peer: (identifier: Identifier) => Peer,
  { events, receivedAt }: IngestRequest,
  plan: Plan,
): Promise<Copies> => {
  let known = noCopies
  // Who owns it may change while they answer: then others are to be asked as well.
  for (;;) {
    const questions = store.state ? questionsAbout(store.state, events, plan, store, receivedAt, known) : []
    if (questions.length === 0) return known
    const answers = await Promise.all(questions.map(({ owner, hashes }) => peer(owner).knows(hashes)))
    for (const [place, question] of questions.entries()) known = withAnswer(known, question, answers[place]!)
  }
}
