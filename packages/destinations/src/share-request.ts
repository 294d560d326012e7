import { utf8Bytes } from '@spartito/protocol'

/** What is about to go out, with what decides on its company. */
export interface Candidate {
  delivery: object
  /** those of one group may share a request */
  group: string
  /** an earlier request failed because of one of its deliveries: this one goes by itself */
  isAlone?: boolean | undefined
}

/** Those that share the first one's request: of its group, none that goes alone, and together no more bytes of JSON in UTF-8 than an API takes. */
export const shareRequest = <T extends Candidate>(candidates: readonly T[], maxBytes: number): T[] => {
  const [first] = candidates
  let room = maxBytes
  return candidates.filter((one) => {
    if (one !== first && (first!.isAlone || one.isAlone || one.group !== first!.group)) return false
    room -= utf8Bytes(JSON.stringify(one.delivery))
    return one === first || room >= 0
  })
}
