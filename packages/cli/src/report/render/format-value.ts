import type { Value } from '../../query/column.ts'
import type { ReportColumn } from '../report.ts'

const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 90_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 5_400_000) return `${(ms / 60_000).toFixed(1)} min`
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} days`
}

const written: Record<Exclude<ReportColumn['as'], 'text'>, (value: number) => string> = {
  count: (value) => value.toLocaleString('en'),
  amount: (value) => value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  share: (value) => `${(value * 100).toFixed(1)} %`,
  ms: duration,
}

/** A value of a report for people. */
export const formatValue = (value: Value, { as }: ReportColumn): string => {
  if (value === null) return as === 'text' ? 'NULL' : ''
  return as === 'text' ? String(value) : written[as](Number(value))
}
