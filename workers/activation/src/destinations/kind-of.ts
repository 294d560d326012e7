import { type DestinationKind, destinationKinds } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'

/** A kind, called with the settings of a destination that names it. */
export type Kind = DestinationKind<never>

export const kindOf = ({ type }: Destination): Kind | undefined => destinationKinds.get(type)
