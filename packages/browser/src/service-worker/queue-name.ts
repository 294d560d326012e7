/** The name of the tag's database and lock, of the sync that asks for it, and of the message where there is no sync. */
export const queueName = (writeKey: string): string => `spartito_${writeKey}`
