/** What an answer means for the events it answers. */
export type Verdict = 'done' | 'halve' | 'final' | 'retry'

/**
 * Reads an answer's status (SPEC QU1, WI7).
 *
 * @param status undefined when no answer came: network error, timeout
 */
export const verdict = (status: number | undefined): Verdict =>
  status === 413
    ? 'halve'
    : /^2/.test(`${status}`)
      ? 'done'
      : /^4(?!08|29)/.test(`${status}`) // a timeout, and too many requests, pass
        ? 'final'
        : 'retry'
