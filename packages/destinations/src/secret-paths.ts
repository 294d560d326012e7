import { readPath } from '@spartito/engine'
import type { Json } from '@spartito/protocol'
import type { DestinationKind } from './destination-kind.ts'
import type { Secret } from './secret.ts'

/** The settings that are secrets, for deliveries or for deletions, of those that are set: each by its path, as `deletion.refreshToken`. */
export const secretPaths = <S>(kind: Pick<DestinationKind<S>, 'secretNames' | 'deletion'>, settings: S): string[] => [
  ...new Set([...kind.secretNames(settings), ...(kind.deletion?.secretNames?.(settings) ?? [])]),
]

/** What settings say at the path of a secret. */
export const secretAt = (settings: object, path: string): Secret | undefined =>
  readPath(settings as Json, path) as Secret | undefined
