/** Per purpose of the site the signals that it needs, ALL of them. */
export type PurposeMap = readonly (readonly [purpose: string, signals: readonly string[]])[]

/**
 * Reads which signals a site's purposes need, written `analytics=1,8,9 marketing=1,2`. Pure.
 * A purpose without a signal is left out: nothing would be ALL of nothing.
 */
export const readPurposeMap = (text: string): PurposeMap =>
  text
    .trim()
    .split(/\s+/)
    .map((entry) => entry.split('='))
    .map(([purpose, signals]) => [purpose!, signals?.split(',').filter(Boolean) ?? []] as const)
    .filter(([, signals]) => signals.length)
