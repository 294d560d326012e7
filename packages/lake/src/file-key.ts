import type { LakeKind } from './kind.ts'

/** The folder of an hour, `events/dt=2026-01-31/hr=12/`, or of a day, `profiles/dt=2026-01-31/`. */
export const folderOf = (kind: LakeKind, hour: string): string =>
  kind === 'profiles'
    ? `profiles/dt=${hour.slice(0, 10)}/`
    : `${kind}/dt=${hour.slice(0, 10)}/hr=${hour.slice(11, 13)}/`

const pattern = /^([a-z]+)\/dt=(\d{4}-\d{2}-\d{2})\/(?:hr=(\d{2})\/)?([\w-]+)\.parquet$/

/** @returns undefined for what is no file of rows. `hour` is a day for profiles. */
export const readFileKey = (key: string): { kind: string; hour: string; name: string } | undefined => {
  const [, kind, day, hr, name] = pattern.exec(key) ?? []
  return kind && day && name ? { kind, hour: hr === undefined ? day : `${day}T${hr}`, name } : undefined
}
