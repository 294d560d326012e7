const unsafe = /[^A-Za-z0-9_-]/g

/**
 * The id of an event's delivery: the same for the same event of a profile. What a client put into a messageId stays apart, and
 * harmless in a header: all but letters, digits, `_` and `-` become their code between tildes, so that no two share an id.
 */
export const eventDeliveryId = (profileId: string, messageId: string): string =>
  `${profileId}:${messageId.replace(unsafe, (unit) => `~${unit.charCodeAt(0).toString(16)}~`)}`
