import { expect, test } from 'vitest'
import { nobody, personOf } from './person-of.ts'

test.each<[event: Record<string, unknown>, person: string]>([
  [{ userId: 'u', anonymousId: 'a', traits: { email: 'e' } }, 'userId:u'],
  [{ userId: 7 }, 'userId:7'],
  [{ anonymousId: 'a', traits: { email: 'e' } }, 'email:e'],
  [{ anonymousId: 'a', context: { traits: { email: 'e' } } }, 'email:e'],
  [{ anonymousId: 'a', traits: { phone: '+49170' } }, 'phone:+49170'],
  [{ anonymousId: 'a', traits: { email: '' } }, 'anonymousId:a'],
  [{ anonymousId: 'a', traits: 'email' }, 'anonymousId:a'],
  [{ event: 'x' }, nobody],
])('ID4 %j is of %s', (event, person) => {
  expect(personOf(event)).toBe(person)
})
