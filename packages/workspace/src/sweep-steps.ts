import type { SweepScope } from './sweep-scope.ts'

/** The step to a version from the one before it, and which profiles it can alter. */
export interface SweepStep {
  version: number
  scope: SweepScope
}

/** Whom ANY of the scopes means: everybody beats members. */
export const combineScopes = (scopes: readonly SweepScope[]): SweepScope => {
  const membersOf = new Set<string>()
  for (const scope of scopes) {
    if (scope === 'all') return 'all'
    if (scope !== 'none') for (const audience of scope.membersOf) membersOf.add(audience)
  }
  return membersOf.size === 0 ? 'none' : { membersOf: [...membersOf].sort() }
}

/** Which profiles that were decided with `version` the steps after it can alter. */
export const scopeSince = (steps: readonly SweepStep[], version: number): SweepScope =>
  combineScopes(steps.filter((step) => step.version > version).map(({ scope }) => scope))

/**
 * The same steps in at most `max` of them, oldest first: the oldest become one. Whoever was decided in between is then
 * visited for a step it had, which changes nothing; nobody is left out.
 */
export const foldSteps = (steps: readonly SweepStep[], max: number): SweepStep[] => {
  const ordered = steps.filter(({ scope }) => scope !== 'none').sort((a, b) => a.version - b.version)
  if (ordered.length <= max) return ordered
  const oldest = ordered.slice(0, ordered.length - max + 1)
  return [
    { version: oldest.at(-1)!.version, scope: combineScopes(oldest.map(({ scope }) => scope)) },
    ...ordered.slice(ordered.length - max + 1),
  ]
}
