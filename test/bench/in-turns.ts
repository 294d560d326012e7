/** What one target was measured at, round by round. */
export interface Rounds<Target, Round> {
  target: Target
  rounds: Round[]
}

/**
 * Measures targets in turns, A B C A B C …: what slows the machine for a while then slows all of them, and ratios are
 * taken within one turn.
 *
 * @param measure `turn` counts from 1
 */
export const inTurns = async <Target, Round>(
  targets: readonly Target[],
  turns: number,
  measure: (target: Target, turn: number) => Round | Promise<Round>,
): Promise<Rounds<Target, Round>[]> => {
  const all = targets.map((target): Rounds<Target, Round> => ({ target, rounds: [] }))
  for (let turn = 1; turn <= turns; turn++)
    for (const { target, rounds } of all) rounds.push(await measure(target, turn))
  return all
}
