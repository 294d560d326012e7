import type { Workspace } from '@spartito/workspace'
import { keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'

/** What the loser's side and the survivor's do; nobody else does it. */
export const moved = 'Product Viewed'
export const stayed = 'Article Read'

/**
 * Audiences that the loser's events hold up, the survivor's, and those of both together.
 *
 * @param doubledAt so many events as nobody has unless one of them counts twice
 */
export const movesWorkspace = (destination: string, doubledAt: number): Workspace => ({
  sources: [
    { id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'properties.email' }] },
  audiences: [
    { id: 'viewers', when: { event: moved } },
    { id: 'readers', when: { event: stayed } },
    { id: 'both', when: { all: [{ event: moved }, { event: stayed }] } },
    { id: 'doubled', when: { event: moved, count: { gte: doubledAt } } },
  ],
  destinations: [receiverDestination(destination)],
})
