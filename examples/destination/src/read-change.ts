import { type AudienceChange, changeCauses, isObject } from '@spartito/protocol'

/** Whether it is `{type, value}`, both of text. */
export const isIdentifier = (value: unknown): boolean =>
  isObject(value) && typeof value.type === 'string' && typeof value.value === 'string'

/**
 * Reads a verified body as a change of audience (SPEC AU6). Only what this page relies on is checked:
 * fields that a later version adds are kept.
 *
 * @returns undefined when it is something else
 */
export const readChange = (body: unknown): AudienceChange | undefined => {
  if (!isObject(body)) return undefined
  const isChange =
    (body.type === 'audience.entered' || body.type === 'audience.exited') &&
    typeof body.audience === 'string' &&
    typeof body.profileId === 'string' &&
    typeof body.seq === 'number' &&
    typeof body.effectiveAt === 'number' &&
    typeof body.emittedAt === 'number' &&
    changeCauses.some((cause) => cause === body.cause) &&
    Array.isArray(body.identifiers) &&
    body.identifiers.every(isIdentifier)
  return isChange ? (body as unknown as AudienceChange) : undefined
}
