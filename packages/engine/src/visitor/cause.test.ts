import type { AudienceChange, JsonObject } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { AudienceDefinition, Condition } from '../audience/condition.ts'
import { hour, noon, page, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'

const told = (changes: readonly AudienceChange[]): string[] =>
  changes.map(({ type, audience, cause }) => `${type.slice(9)} ${audience} by ${cause}`)

const decided = (choices: JsonObject) => ({ context: { consent: { categoryPreferences: choices } } })
const bought = track('Bought', noon + 1)
const granting = page(noon + 1, decided({ marketing: true }))
const denying = page(noon + 1, decided({ marketing: false }))
const audience = (when: Condition, purposes: string[] = []): AudienceDefinition => ({ id: 'it', when, purposes })
const willing: Condition = { consent: 'marketing', is: 'granted' }

// biome-ignore format: a row a rule
const scenarios: [rule: string, AudienceDefinition[], Parameters<typeof page>[1][], (typeof bought)[], string[]][] = [
  ['a grant lets in who qualified before', [audience({ event: 'page' }, ['marketing'])], [{}], [granting], ['entered it by consent']],
  ['a withdrawal takes out', [audience({ event: 'page' }, ['marketing'])], [decided({ marketing: true })], [denying], ['exited it by consent']],
  ['a condition on consent', [audience(willing)], [{}], [granting], ['entered it by consent']],
  ['both are needed: not without the grant', [audience({ event: 'Bought' }, ['marketing'])], [{}], [bought, granting], ['entered it by consent']],
  ['either does: without the grant, too', [audience({ any: [{ event: 'Bought' }, willing] })], [{}], [bought, granting], ['entered it by event']],
  ['a repeated decision decides nothing', [audience({ event: 'Bought' }, ['marketing'])], [decided({ marketing: true })], [bought, granting], ['entered it by event']],
  ['who follows another audience', [audience(willing), { id: 'not-it', when: { not: { audience: 'it' } } }], [{}], [granting], ['entered it by consent', 'exited not-it by consent']],
  ['the first request begins the profile', [audience(willing)], [], [granting], ['entered it by event']],
]

test.each(scenarios)('AU5, CO6 cause consent: %s', (_rule, audiences, before, events, expected) => {
  const visitor = createVisitor(audiences)
  for (const more of before) visitor.send([page(noon, more)], 'opt-in')
  expect(told(visitor.send(events, 'opt-in').changes)).toEqual(expected)
})

test('CO3 a source with another policy changes consent, too', () => {
  const visitor = createVisitor([audience({ event: 'Bought' }, ['marketing'])])
  visitor.send([page(noon)], 'opt-in')
  expect(told(visitor.send([bought], 'opt-out').changes)).toEqual(['entered it by consent'])
})

test('AU6 a request that was imported has cause import', () => {
  const visitor = createVisitor([audience({ event: 'Bought' })])
  const { changes } = visitor.send([track('Bought', noon, {}, { imported: true })])
  expect(told(changes)).toEqual(['entered it by import'])
})

test('AU3, AU5 a flip that is overdue when a new version comes is decided by that version, at its planned instant', () => {
  const within = (id: string, hours: number): AudienceDefinition => ({
    id,
    when: { event: 'Bought', within: `PT${hours}H` },
  })
  const visitor = createVisitor([within('same', 1), within('longer', 1), within('shorter', 9)])
  visitor.send([track('Bought', noon)])
  visitor.publish([within('same', 1), within('longer', 9), within('shorter', 1)])
  const changes = visitor.wake(noon + 2 * hour)
  expect(changes.map(({ audience, cause, effectiveAt }) => [audience, cause, effectiveAt - noon])).toEqual([
    ['same', 'time', hour],
    ['shorter', 'definition', 2 * hour],
  ])
})
