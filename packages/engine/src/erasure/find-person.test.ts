import { identifierKey } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Claimant } from '../visitor/state.ts'
import { findPerson } from './find-person.ts'
import { type Revealed, revealNothing } from './reveal.ts'

const one = (text: string): Claimant => {
  const [type, value] = text.split(':') as [string, string]
  const its = { user: 'person', email: 'contact', device: 'device', group: 'group' }[type] as Claimant['class']
  return { type, value, class: its }
}

interface Told {
  leadsTo?: string[]
  owners?: string[]
  knows?: string[]
  claims?: string[]
  mentions?: string[]
}

/** Objects by what they tell; one that is not told of was never stored. */
const graphOf =
  (told: Record<string, Told>) =>
  async (self: Claimant): Promise<Revealed> => {
    const its = told[identifierKey(self)]
    if (!its) return revealNothing(self, identifierKey(self))
    const all = (texts: string[] = []) => texts.map(one)
    return {
      self,
      profileId: identifierKey(self),
      exists: true,
      leadsTo: all(its.leadsTo),
      owners: all(its.owners),
      knows: all([...(its.knows ?? []), ...(its.claims ?? [])]),
      claims: all(its.claims),
      mentions: all(its.mentions),
      events: 0,
    }
  }

const ada = {
  'user:ada': { knows: ['email:ada', 'device:a1', 'device:a2'] },
  'email:ada': { leadsTo: ['user:ada'] },
  'device:a1': { owners: ['user:ada'] },
  'device:a2': { owners: ['user:ada'] },
}
const allOfAda = ['device:a1', 'device:a2', 'email:ada', 'user:ada']

const scenarios: [rule: string, told: Record<string, Told>, asked: string, own: string[], others?: string[]][] = [
  ['by the user id', ada, 'user:ada', allOfAda],
  ['by a linked contact', ada, 'email:ada', allOfAda],
  ['by a device that they own', ada, 'device:a2', allOfAda],
  ['of whom nothing is known: the identifier alone', {}, 'email:eve', ['email:eve']],
  ['a device without an owner is itself', { 'device:d': {} }, 'device:d', ['device:d']],
  [
    'a device that somebody else has owned too stays, and is told to forget',
    { ...ada, 'device:a2': { owners: ['user:bea', 'user:ada'] }, 'user:bea': { knows: ['device:a2'] } },
    'user:ada',
    ['device:a1', 'email:ada', 'user:ada'],
    ['device:a2'],
  ],
  [
    'by a device of several: whoever owns it now',
    { ...ada, 'device:a2': { owners: ['user:bea', 'user:ada'] }, 'user:bea': { knows: ['device:a2'] } },
    'device:a2',
    ['device:a1', 'email:ada', 'user:ada'],
    ['device:a2'],
  ],
  [
    'a merged person, and the devices of theirs',
    {
      ...ada,
      'user:ada': { knows: ['email:ada', 'device:a1', 'device:a2', 'user:adele', 'device:a3'] },
      'user:adele': { leadsTo: ['user:ada'] },
      'device:a3': { owners: ['user:adele'] },
    },
    'device:a3',
    [...allOfAda, 'device:a3', 'user:adele'].sort(),
  ],
  [
    'a link that leads to one who has moved since',
    { ...ada, 'email:ada': { leadsTo: ['user:adele'] }, 'user:adele': { leadsTo: ['user:ada'] } },
    'email:ada',
    [...allOfAda, 'user:adele'].sort(),
  ],
  [
    'what is just being taken in, though it still hosts',
    { ...ada, 'user:ada': { knows: ['email:ada', 'device:a1', 'device:a2'], claims: ['email:new'] }, 'email:new': {} },
    'user:ada',
    [...allOfAda, 'email:new'].sort(),
  ],
  [
    'a contact that is somebody else’s stays theirs',
    { ...ada, 'user:ada': { ...ada['user:ada'], mentions: ['email:bea'] }, 'email:bea': { leadsTo: ['user:bea'] } },
    'user:ada',
    allOfAda,
    ['email:bea'],
  ],
  [
    'a group is nobody’s',
    { ...ada, 'user:ada': { knows: ['email:ada', 'device:a1', 'device:a2'] } },
    'user:ada',
    allOfAda,
  ],
]

test.each(scenarios)('CO7 finds a person: %s', async (_rule, told, asked, own, others = []) => {
  const found = await findPerson([one(asked)], graphOf(told))
  expect([...found.own.keys()].sort()).toEqual(own)
  expect(found.others.map(identifierKey)).toEqual(others)
})
