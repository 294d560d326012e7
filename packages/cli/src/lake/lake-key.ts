import type { KindName } from './kinds.ts'

const shape = /^([a-z]+)\/dt=(\d{4}-\d{2}-\d{2})(?:\/hr=\d{2})?\/[A-Za-z0-9][\w.-]*\.parquet$/

export interface LakeKey {
  kind: string
  /** the day of receipt, in UTC: `2026-01-31` */
  day: string
}

/** What a file's key says; undefined for one that is no file of the lake's tables. Nothing that it lets through leads out of a folder. */
export const readKey = (key: string): LakeKey | undefined => {
  const [, kind, day] = shape.exec(key) ?? []
  return kind === undefined || day === undefined ? undefined : { kind, day }
}

/** @param since the first day of receipt that is wanted, in UTC; all of them when left out */
export const isWanted = (key: string, kind: KindName, since: string | undefined): boolean => {
  const read = readKey(key)
  return read?.kind === kind && (since === undefined || read.day >= since)
}
