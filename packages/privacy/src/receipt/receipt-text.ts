import type { VerifiedReceipt } from './verify-receipt.ts'

const dayMs = 86_400_000

const time = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

const keptFor = (forMs: number): string => (forMs < 0 ? 'without end' : `${Math.round(forMs / dayMs)} days`)

const counted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ') || 'nothing was there'

/** A receipt in lines for people. */
export const receiptLines = ({ id, mode, askedAt, doneAt, stores, destinations, kept }: VerifiedReceipt): string[] => [
  `erasure ${id} (${mode}), asked ${time(askedAt)}, done ${time(doneAt)}`,
  ...Object.entries(stores).map(([store, counts]) => `  ${store}: ${counted(counts)}`),
  ...destinations.map(({ destination, deletion }) => `  destination ${destination}: ${deletion}`),
  'what is still kept:',
  ...kept.map(({ what, forMs }) => `  ${what}: ${keptFor(forMs)}`),
]
