import { expect, test } from 'vitest'
import { readFileKey } from './file-key.ts'
import { profilesFile } from './profile-files.ts'

const day = '2026-01-31'
const profileId = 'PROFILEOFADA23456723456723'
const keyOf = (shard: number, after: string): string => profilesFile(day, { shard, after }, []).key

test('LA1 a page of profiles is named by where it begins, and no profile by it', () => {
  expect(keyOf(7, '')).toBe('profiles/dt=2026-01-31/007-first.parquet')
  expect(keyOf(7, profileId)).toMatch(/^profiles\/dt=2026-01-31\/007-[0-9a-f]{26}\.parquet$/)
  expect(keyOf(7, profileId)).toBe(keyOf(7, profileId))
  const others = [keyOf(7, ''), keyOf(7, `${profileId}X`), keyOf(8, profileId)]
  expect(others).not.toContain(keyOf(7, profileId))
  expect(readFileKey(keyOf(7, profileId))).toMatchObject({ kind: 'profiles', hour: day })
})
