import type { Workspace } from '@spartito/workspace'
import { objectName } from '../../workers/collector/src/visitor/object-name.ts'
import { receiverDestination } from '../support/receiver-destination.ts'

/** Each has a source of their own, so that the statistics tell of them apart. */
export const visitors = ['ada', 'bea', 'cleo', 'dora', 'warm-up'] as const
export type Visitor = (typeof visitors)[number]

export const writeKeyOf = (visitor: Visitor): string => `wk_test_of_${visitor}`

/** The name of the visitor's object, by which a checkpoint is known. */
export const nameOf = (visitor: Visitor): string => objectName({ type: 'anonymous_id', value: visitor })

/** Audiences that are entered by one event and left by time alone. */
export const windowsMs = { clicked: 3_000, searched: 6_000, viewed: 7_000 }
export const eventOf = { clicked: 'Product Clicked', searched: 'Products Searched', viewed: 'Product Viewed' }
export type Windowed = keyof typeof windowsMs

const within = (id: Windowed) => ({ id, when: { event: eventOf[id], within: `PT${windowsMs[id] / 1_000}S` } })

/** Three audiences with short windows, two for ever; one destination hears of all. */
export const crashWorkspace = (destination: string): Workspace => ({
  sources: visitors.map((id) => ({
    id,
    kind: 'browser' as const,
    writeKey: writeKeyOf(id),
    consent: { policy: 'opt-out' as const },
  })),
  purposes: ['marketing'],
  audiences: [
    // Not in the order of their ends, so that the order of the exits is no accident.
    within('viewed'),
    within('clicked'),
    within('searched'),
    { id: 'buyers', when: { event: 'Order Completed' } },
    { id: 'readers', when: { event: 'Article Read' } },
  ],
  destinations: [receiverDestination(destination)],
})
