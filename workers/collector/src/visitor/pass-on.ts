import { type Claimant, rememberHost, wayTo } from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { callIngest, type TakesRequests } from './call-ingest.ts'
import { type IngestReply, type IngestRequest, maxHops } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

interface Host {
  store: VisitorStore
  peer(identifier: Identifier): TakesRequests
}

/** Passes events on to the object that an identifier links to, or a device to its owner (SPEC ID4). */
export const createPassing = ({ store, peer }: Host) => {
  const send = (request: IngestRequest, address: Claimant, via: Claimant | undefined): Promise<IngestReply> => {
    const { via: _before, ...rest } = request
    const hops = request.hops + 1
    if (hops > maxHops) throw new Error(`an event was passed on ${maxHops} times: the links form a chain`)
    return callIngest(peer(address), { ...rest, address, ...(via && { via }), hops })
  }

  return {
    /**
     * Passes events on, and remembers who took them: the next go there in one hop.
     *
     * @param to the one that this identifier links to, or a device's owner
     */
    async to(request: IngestRequest, to: Claimant): Promise<IngestReply> {
      const { address, via } = wayTo(store.state!, to, request.via)
      const reply = await send(request, address, via)
      const { state } = store
      const next = state && reply.takenBy && rememberHost(state, to, reply.takenBy)
      if (next && next !== state) store.commit({ state: next })
      return reply
    },
    /** Gives events back whose identifier has been taken out of this profile meanwhile (ID14). */
    back: (request: IngestRequest, via: Claimant): Promise<IngestReply> => send(request, via, undefined),
  }
}
