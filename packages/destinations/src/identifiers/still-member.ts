import type { Delivery } from '../delivery.ts'

/**
 * Whether an exit is one of a profile that went up in another, which is a member (AU6). A tool that knows people by their contacts has
 * one entry for both, so that this exit would take out whom the other profile's entry has brought in.
 */
export const isStillMember = (delivery: Delivery): boolean =>
  delivery.kind === 'change' &&
  delivery.change.type === 'audience.exited' &&
  delivery.change.mergedInto?.isMember === true

export const stillMember = 'the person is still a member, by the profile that this one went up in'
