import type { Condition } from '@spartito/engine'
import { type Predicate, readDuration, type Window } from '@spartito/engine'
import { allOf, comparisonSql } from './compare-sql.ts'
import { whereSql } from './filter-sql.ts'
import { keysSql } from './json-sql.ts'
import { inOrder, type LeafSql } from './leaf-sql.ts'

/** `{"trait"}`: the newest value that an identify gave; `null` removes it. */
export const traitLeaf = (condition: Extract<Condition, { trait: unknown }>): LeafSql => ({
  filter: "e.type = 'identify'",
  reads: { value: keysSql('e.traits', [condition.trait]) },
  take: { value: `last(e.value ${inOrder}) FILTER (e.value IS NOT NULL)` },
  holds: (leaf) => comparisonSql(`CASE WHEN json_type(${leaf}.value) <> 'NULL' THEN ${leaf}.value END`, condition),
})

/**
 * `{"firstSeen"}`, `{"lastSeen"}`: of every event that was in time.
 *
 * @param bounds the columns of `i` that hold the window's beginning and end
 */
export const seenLeaf = (
  which: 'firstSeen' | 'lastSeen',
  { within, before }: { within?: Window; before?: string },
  bounds: (window: Window) => { from: string; until: string },
): LeafSql => ({
  filter: 'true',
  take: { seen: which === 'firstSeen' ? 'min(e.happened)' : 'max(e.happened)' },
  holds(leaf) {
    const claims = [`${leaf}.seen IS NOT NULL`]
    if (before !== undefined) claims.push(`${leaf}.seen <= i.now - ${readDuration(before)!}`)
    if (within !== undefined) {
      const { from, until } = bounds(within)
      claims.push(`${leaf}.seen >= ${from}`, `${leaf}.seen < ${until}`)
    }
    return allOf(claims)
  },
})

/** The newest decision on a purpose: true, false, or NULL when none was made. */
const decisionOf = (purpose: string): Pick<LeafSql, 'filter' | 'reads' | 'take'> => {
  const choice = keysSql('e.context', ['consent', 'categoryPreferences', purpose])
  return {
    filter: `json_type(${choice}) = 'BOOLEAN'`,
    reads: { value: `TRY_CAST(${choice} AS BOOLEAN)` },
    take: { value: `last(e.value ${inOrder})` },
  }
}

const decided = { granted: 'IS TRUE', denied: 'IS FALSE', unknown: 'IS NULL' } as const

/** `{"consent", "is"}`: what was decided last. */
export const consentLeaf = (purpose: string, is: keyof typeof decided): LeafSql => ({
  ...decisionOf(purpose),
  holds: (leaf) => `${leaf}.value ${decided[is]}`,
})

/** Whether a purpose of an audience is consented to. @param policy what no decision means (SPEC CO3) */
export const purposeLeaf = (purpose: string, policy: 'opt-in' | 'opt-out'): LeafSql => ({
  ...decisionOf(purpose),
  holds: (leaf) => `${leaf}.value IS ${policy === 'opt-out' ? 'NOT FALSE' : 'TRUE'}`,
})

/** `{"touch", "where"}`: the first or last campaign that brought the visitor. */
export const touchLeaf = (which: 'first' | 'last', where: readonly Predicate[] | undefined, at: string): LeafSql => {
  const campaign = keysSql('e.context', ['campaign'])
  return {
    filter: `(json_type(${campaign}) = 'OBJECT' AND len(json_keys(${campaign})) > 0)`,
    reads: { value: campaign },
    take: { value: `${which}(e.value ${inOrder})` },
    holds: (leaf) =>
      allOf([`${leaf}.value IS NOT NULL`, whereSql(where, at, () => `json_object('campaign', ${leaf}.value)`)]),
  }
}
