import { type Claimant, findPerson, type Revealed } from '@spartito/engine'
import { identifierKey } from '@spartito/protocol'
import { within } from '../../jurisdiction.ts'
import type { Withheld } from '../../visitor/burial.ts'
import { objectName } from '../../visitor/object-name.ts'
import type { Person } from '../erasure-store.ts'
import { forEach, type RunStep, type StepRun } from './step.ts'

/** Objects join and part while they are looked for; so often it is looked again. */
const maxRounds = 20
const againMs = 1_000

export const visitorOf = ({ env }: Pick<StepRun, 'env'>, identifier: Claimant) =>
  within(env.VISITOR, env.JURISDICTION).getByName(objectName(identifier))

const hashLength = 11

const union = (all: readonly string[]): string => {
  const hashes = new Set<string>()
  for (const text of all)
    for (let at = 0; at < text.length; at += hashLength) hashes.add(text.slice(at, at + hashLength))
  return [...hashes].join('')
}

/**
 * Finds all of the person and closes it: looked for once without touching anything, then closed and looked for again by what the closed
 * objects say, until none is left that is not closed. What was closed and is not the person's alone goes on.
 */
export const find: RunStep = async (run) => {
  const { erasure, store, secret } = run
  const asked = store.asked(erasure.id, secret)
  const withheld = new Map<string, { self: Claimant; said: Withheld }>()
  const ask = async (self: Claimant): Promise<Revealed> =>
    withheld.get(identifierKey(self))?.said.revealed ?? (await visitorOf(run, self).reveal(self))

  const letGo = async (key: string, self: Claimant): Promise<void> => {
    await visitorOf(run, self).resume(erasure.id)
    withheld.delete(key)
  }
  const close = async (open: readonly Revealed[]): Promise<boolean> => {
    try {
      await forEach(open, async ({ self }) => {
        const said = await visitorOf(run, self).withhold(self, erasure.id, run.now)
        withheld.set(identifierKey(self), { self, said })
      })
      return true
    } catch {
      // Another erasure has closed one of them: who waits for it must not hold what that one may wait for.
      for (const { self } of open) await letGo(identifierKey(self), self)
      for (const [key, { self }] of withheld) await letGo(key, self)
      return false
    }
  }

  for (let round = 0; round < maxRounds; round++) {
    const { own, others } = await findPerson(asked, ask)
    const open = [...own.values()].filter(({ self }) => !withheld.has(identifierKey(self)))
    if (open.length > 0) {
      if (!(await close(open)))
        return { isDone: false, waitsFor: 'another erasure, or an object that is out of reach', againMs }
      continue
    }
    const strangers = [...withheld].filter(([key]) => !own.has(key))
    for (const [key, { self }] of strangers) await letGo(key, self)
    if (strangers.length > 0) continue
    const objects: Person['objects'] = [...withheld.values()].map(({ self, said }) => ({
      self,
      profileId: said.revealed.profileId,
      visitor: objectName(self),
      counters: said.counters,
      events: said.revealed.events,
    }))
    const collected = union([...withheld.values()].map(({ said }) => said.collected))
    store.transaction(() => {
      store.keepPerson(erasure.id, secret, { objects, others })
      store.keepCollected(erasure.id, collected)
    })
    const existing = objects.filter(({ counters: { version } }) => version > 0).length
    return { isDone: true, counts: { identifiers: objects.length, objects: existing }, keep: { until: Date.now() } }
  }
  return { isDone: false, waitsFor: 'the graph of the person changes all the time', againMs }
}
