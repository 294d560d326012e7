import type { ConsentPolicy } from './consent.ts'

/** As `ConsentPolicy`; or `none`, where no law asks: what nobody decided is granted, and Global Privacy Control refuses nothing. */
export type ConsentLaw = ConsentPolicy | 'none'

/** What a law means for a purpose that nobody decided; `opt-in` where none is named. */
export const policyUnder = (law: ConsentLaw | undefined): ConsentPolicy =>
  law === 'none' ? 'opt-out' : (law ?? 'opt-in')
