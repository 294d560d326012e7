import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import type { ErasedPerson } from './deletion.ts'
import { destinationKinds } from './kinds.ts'
import { segment } from './segment/segment.ts'
import { webhook } from './webhook/webhook.ts'

const person: ErasedPerson = {
  erasureId: '01E',
  at: 1_769_860_800_000,
  profileIds: ['P1', 'P2'],
  identifiers: [
    { type: 'user_id', value: 'ada' },
    { type: 'email', value: 'ada@shop.example' },
    { type: 'anonymous_id', value: 'device' },
  ],
}

test('CO7 a webhook hears who is erased, signed, and the same each time it is asked', () => {
  const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`
  const now = Date.now()
  const ask = (at: number) => webhook.deletion!(person, { url: 'https://crm.example/hook', secret }, { secret }, at)!
  const { headers, body, url, method } = ask(now)
  expect([method, url]).toEqual(['POST', 'https://crm.example/hook'])
  expect(new Webhook(secret).verify(body, headers)).toEqual({
    id: 'erasure:01E',
    type: 'profile.erased',
    at: person.at,
    profileIds: person.profileIds,
    identifiers: person.identifiers,
  })
  expect(ask(now + 60_000)).toMatchObject({ body, headers: { 'webhook-id': headers['webhook-id'] } })
})

test('CO7 Segment is asked by the ids that its calls had, with a token of its own, and not without one', () => {
  const settings = { writeKey: 'wk', deletionToken: 'a-token' }
  expect(segment.secretNames(settings)).toEqual(['writeKey', 'deletionToken'])
  expect(segment.secretNames({ writeKey: 'wk' })).toEqual(['writeKey'])
  const request = segment.deletion!(person, settings, settings, 0)!
  expect([request.method, request.url, request.headers.authorization]).toEqual([
    'POST',
    'https://api.segmentapis.com/regulations',
    'Bearer a-token',
  ])
  expect(JSON.parse(request.body)).toEqual({
    regulationType: 'DELETE_ONLY',
    subjectType: 'USER_ID',
    subjectIds: ['ada', 'device'],
  })
  expect(segment.deletion!(person, { writeKey: 'wk' }, { writeKey: 'wk' }, 0)).toBeUndefined()
})

test('CO7 which kinds can be asked to delete somebody', () => {
  const able = [...destinationKinds].filter(([, { deletion }]) => deletion).map(([type]) => type)
  expect(able.sort()).toEqual(['segment', 'webhook'])
})
