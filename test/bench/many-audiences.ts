import type { Workspace } from '@spartito/workspace'

type Audiences = NonNullable<Workspace['audiences']>

/** How many of many audiences one event touches. */
export const touched = 10

/** So many audiences, of which each `Product Viewed` touches ten. Of the others half count other events, half look at traits. */
export const manyAudiences = (defined: number): Audiences => [
  ...Array.from({ length: touched }, (_, n) => ({
    id: `touched-${n}`,
    when: { event: 'Product Viewed', count: { gte: n + 1 }, within: `PT${30 + n}M` },
  })),
  ...Array.from({ length: defined - touched }, (_, n) => ({
    id: `other-${n}`,
    expose: n % 10 === 0,
    when:
      n % 2 === 0
        ? { event: `Other Event ${n}`, count: { gte: 3 }, within: 'P7D' }
        : { trait: `trait${n}`, eq: 'some value' },
  })),
]
