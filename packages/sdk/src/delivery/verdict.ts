/** Whether an answer settles a batch: it is stored, or refused for good. All else is temporary, and so is no answer (SPEC WI7). */
export const isFinal = (status: number | undefined): boolean => /^2|^4(?!08|29)/.test(`${status}`)

/** Whether the collector has stored a batch. */
export const isStored = (status: number | undefined): boolean => /^2/.test(`${status}`)
