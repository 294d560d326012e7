import type { LakeKind } from '@spartito/lake'

/** How far each rule of each kind has come: the last hour (or day) that it has been through. */
export const openProgress = (kv: SyncKvStorage) => {
  const keyOf = (kind: LakeKind, rule: string): string => `expired ${kind} ${rule}`
  const known = new Map<string, string>()
  for (const [key, hour] of kv.list<string>({ prefix: 'expired ' })) known.set(key, hour)
  const set = (key: string, hour: string): void => {
    kv.put(key, hour)
    known.set(key, hour)
  }
  return {
    /** empty at the beginning */
    of: (kind: LakeKind, rule: string): string => known.get(keyOf(kind, rule)) ?? '',

    set: (kind: LakeKind, rule: string, hour: string): void => set(keyOf(kind, rule), hour),

    /** Something was written to an hour: who has been there comes to it again. @param before the hour before it */
    goBack(kind: LakeKind, hour: string, before: string): void {
      for (const [key, at] of known) if (key.startsWith(`expired ${kind} `) && at >= hour) set(key, before)
    },
  }
}
