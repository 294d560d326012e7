import type { ExportedIdentifier } from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { objectName, profileIdOf } from '../visitor/object-name.ts'

/**
 * The ids under which a person's data may be elsewhere: that of the profile, and those of the objects that are joined in it, under which
 * it was told of before. Of a device that others have used too (`isShared`) nothing but what came with the person is theirs.
 */
export const profileIdsOf = (host: Identifier, identifiers: readonly ExportedIdentifier[]): string[] => [
  ...new Set([host, ...identifiers.filter(({ isShared }) => !isShared)].map((its) => profileIdOf(objectName(its)))),
]
