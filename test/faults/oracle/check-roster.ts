import { setTimeout as wait } from 'node:timers/promises'
import type { Workspace } from '@spartito/workspace'
import type { Administration } from '../../support/administration.ts'
import type { Person } from './people.ts'

const everybody = { id: 'everybody', when: { not: { event: 'Nothing Of The Kind' } } } as const
const askAgainMs = 1_000

/**
 * The roster lists every profile (SPEC AU6): an audience that means everybody reaches each of them by the sweep, though
 * nobody sends anything any more. Whoever is missing when the time is up is a violation.
 */
export const checkRoster = async (
  people: readonly Person[],
  admin: Administration,
  workspace: Workspace,
  withinMs: number,
): Promise<string[]> => {
  await admin.publish({ ...workspace, audiences: [...(workspace.audiences ?? []), everybody] })
  const deadline = Date.now() + withinMs
  let missing = [...people]
  do {
    await wait(askAgainMs)
    const still: Person[] = []
    for (const person of missing) {
      const profile = await admin.profile(person.host)
      if (profile && !profile.audiences.some(({ id }) => id === everybody.id)) still.push(person)
    }
    missing = still
  } while (missing.length > 0 && Date.now() < deadline)
  return missing.map(({ host }) => `the roster does not list ${host.type} ${host.value}`)
}
