import type { Json } from '@spartito/protocol'
import { canonicalJson } from '../../canonical-json.ts'
import { hash53 } from '../../hash.ts'

/** A value as `distinct` and `mode` keep it: 11 characters; "5" and 5 differ. */
export const hashOf = (value: Json): string => hash53(canonicalJson(value))
