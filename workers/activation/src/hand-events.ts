import { eventDeliveryId } from '@spartito/destinations'
import { type Event, type EventUnit, policyUnder } from '@spartito/protocol'
import type { CompiledWorkspace } from '@spartito/workspace'
import { type ForDestination, handOver } from './deliveries/hand-over.ts'
import type { Env } from './env.ts'
import { readWorkspace } from './read-workspace.ts'

/** Events that one transaction of a visitor's object accepted, or those of a request that no profile has. */
export interface ReadUnit {
  unit: EventUnit
  events: readonly Event[]
}

/** What no profile has, nobody has consented to pass on: bots' events, and those that were refused. */
const isOfProfile = ({ unit: { code, profileId, visitor } }: ReadUnit): boolean =>
  code === undefined && profileId !== '' && visitor !== ''

/** A history that is brought in is nothing that has just happened: a tool would write to somebody about an order of years ago. */
const isNews = ({ imported }: Event): boolean => imported !== true

/** A delivery for each event and destination that asks for it. The same event has the same id whenever it comes. */
export const deliveriesOfEvents = (workspace: CompiledWorkspace, units: readonly ReadUnit[]): ForDestination[] => {
  const { eventDestinations, sourcesById, version } = workspace
  if (eventDestinations.length === 0) return []
  return units.filter(isOfProfile).flatMap(({ unit: { profileId, visitor }, events }) =>
    events.filter(isNews).flatMap((event) =>
      eventDestinations
        .filter(({ takes }) => takes(event))
        .map(({ id: destination }) => ({
          destination,
          item: {
            delivery: { kind: 'event' as const, id: eventDeliveryId(profileId, event.messageId), profileId, event },
            visitor,
            policy: policyUnder(sourcesById.get(event.source)?.consent?.policy),
            version,
          },
        })),
    ),
  )
}

/** Hands events to the objects of the destinations that ask for them; where none does, this reads the workspace and ends. */
export const handEvents = async (env: Env, units: readonly ReadUnit[]): Promise<void> => {
  const all = deliveriesOfEvents(await readWorkspace(env, Date.now()), units)
  if (all.length === 0) return
  const isHandedOver = handOver(env, all)
  for (const profileId of new Set(all.map(({ item }) => item.delivery.profileId))) await isHandedOver(profileId)
}
