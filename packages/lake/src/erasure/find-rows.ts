import { kindOf, type LakeKind } from '../kind.ts'
import { fromStored, type OpenFile, readColumn } from '../parquet.ts'
import { heldBy } from './held-by.ts'
import { nobody, type Owners, type Subjects } from './subjects.ts'

/** Rows of a file, by their place, and whose they are. */
export type FoundRows = ReadonlyMap<number, Owners>

/** What was held back is told once with its body, and each step after that by its id alone. */
export type HeldIds = ReadonlyMap<string, Owners>

const join = (...of: Owners[]): Owners => {
  const some = of.filter((owners) => owners.length > 0)
  return some.length < 2 ? (some[0] ?? nobody) : [...new Set(some.flat())]
}

/**
 * Who owns a row. One of a profile is its profile's; one without is whose identifiers it shows. A userId names its person in either: strict
 * mode leaves it in rows of a device. What told destinations of the erasure itself goes whenever it was emitted.
 */
const ownersOf = (row: Readonly<Record<string, unknown>>, at: number, subjects: Subjects): Owners => {
  const { profile_id, anonymous_id, user_id, cause } = row
  const when = cause === 'erasure' ? Number.NEGATIVE_INFINITY : at
  const ofUser = subjects.ofIdentifier('user_id', user_id, when)
  return profile_id === null || profile_id === undefined
    ? join(ofUser, subjects.ofIdentifier('anonymous_id', anonymous_id, when))
    : join(ofUser, subjects.ofProfile(profile_id, when))
}

/** The rows of a file that are to go. Reads the columns that say whose a row is, and no others. */
export const findRows = async (
  kind: LakeKind,
  file: OpenFile,
  subjects: Subjects,
  held: HeldIds = new Map(),
): Promise<FoundRows> => {
  const { owner, time, began } = kindOf(kind)
  const isHeld = kind === 'quarantine'
  const names = [
    ...owner,
    time,
    ...(began ? [began] : []),
    ...(kind === 'changes' ? ['cause'] : []),
    ...(isHeld ? ['id', 'body'] : []),
  ]
  const columns = await Promise.all(names.map((name) => readColumn(file, name)))
  const found = new Map<number, Owners>()
  for (let place = 0; place < file.rows; place++) {
    const row = Object.fromEntries(names.map((name, index) => [name, fromStored(columns[index]![place])]))
    const at = Number(row[began ?? time] ?? row[time])
    const owners = isHeld
      ? join(held.get(String(row.id)) ?? nobody, heldBy(row.body, at, subjects))
      : ownersOf(row, at, subjects)
    if (owners.length > 0) found.set(place, owners)
  }
  return found
}

/** The ids of what was held back of the subjects, as far as this file tells. */
export const findHeld = async (file: OpenFile, subjects: Subjects): Promise<HeldIds> => {
  const [ids, bodies, times] = await Promise.all(['id', 'body', 'received_at'].map((name) => readColumn(file, name)))
  const held = new Map<string, Owners>()
  for (let place = 0; place < file.rows; place++) {
    const owners = heldBy(fromStored(bodies![place]), Number(fromStored(times![place])), subjects)
    if (owners.length > 0) held.set(String(ids![place]), owners)
  }
  return held
}
