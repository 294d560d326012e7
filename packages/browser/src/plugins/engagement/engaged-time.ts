/** How long a visitor who does nothing is taken to read on. */
export const idleMs = 30_000

export interface EngagedTime {
  /**
   * The visitor did something, came or went.
   *
   * @param isPresent whether the page is visible and focused from now on
   */
  note(nowMs: number, isPresent: boolean): void
  /** the engaged time since the last call, in ms */
  take(nowMs: number): number
}

/** Adds up the time in which the page is visible and focused and the visitor was active in the last 30 s. Pure but for what it has added. */
export const createEngagedTime = (): EngagedTime => {
  let engagedMs = 0
  let countedTo = 0
  let activeUntil = 0
  let wasPresent = false

  const count = (nowMs: number): void => {
    if (wasPresent) engagedMs += Math.max(0, Math.min(nowMs, activeUntil) - countedTo)
    countedTo = nowMs
  }

  const note: EngagedTime['note'] = (nowMs, isPresent) => {
    count(nowMs)
    wasPresent = isPresent
    activeUntil = nowMs + idleMs
  }

  const take: EngagedTime['take'] = (nowMs) => {
    count(nowMs)
    const takenMs = engagedMs
    engagedMs = 0
    return takenMs
  }

  return { note, take }
}
