/** A link that is older is fetched anew when somebody comes near one of its uses. */
const freshMs = 45_000
/** What a link has to have left for the way to the other site. */
const wayMs = 20_000

export interface Sealed {
  link: string
  lifeMs: number
}

export interface Links {
  /** the link to use now; undefined while there is none for this visitor */
  current(): string | undefined
  /** Fetches one ahead, unless a fresh one is there; undefined when there is nothing to wait for. */
  prepare(): Promise<unknown> | undefined
}

/**
 * Keeps one link in memory for the next click.
 *
 * @param anonymousId who may be carried on: undefined without consent
 * @param now in ms, by a clock that does not jump
 */
export const createLinks = (
  seal: (anonymousId: string) => Promise<Partial<Sealed> | undefined>,
  anonymousId: () => string | undefined,
  now: () => number,
): Links => {
  let kept: (Sealed & { at: number; of: string }) | undefined
  let asking: Promise<unknown> | undefined

  const isOf = (who: string | undefined, withinMs: number): boolean =>
    kept !== undefined && who === kept.of && now() - kept.at < withinMs

  const current = (): string | undefined => (kept && isOf(anonymousId(), kept.lifeMs - wayMs) ? kept.link : undefined)

  const ask = async (who: string): Promise<void> => {
    const at = now()
    const { link, lifeMs } = (await seal(who)) ?? {}
    if (link && lifeMs) kept = { link, lifeMs, at, of: who }
    asking = undefined
  }

  const prepare = (): Promise<unknown> | undefined => {
    const who = anonymousId()
    if (who === undefined || isOf(who, freshMs)) return undefined
    asking ??= ask(who)
    return asking
  }

  return { current, prepare }
}
