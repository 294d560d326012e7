import { beforeAll, expect, test } from 'vitest'
import { collect, fresh, identify, profileOf, publish, serverKey, storedOf, summary, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace({ audiences: [{ id: 'mailable', when: { identifier: 'email', exists: true } }] }))
})

test('AU5, ID6 who is refused an address leaves the audience of those who have one', async () => {
  const [A, B] = [fresh('A'), fresh('B')]
  const email = `${A}@x.example`
  await collect([identify({ userId: A }, { email })], serverKey)
  await collect([identify({ userId: B }, { email })], serverKey)
  expect(summary((await storedOf('user_id', A)).outbox)).toEqual(['entered mailable by event'])
  expect(summary((await storedOf('user_id', B)).outbox)).toEqual([
    'entered mailable by event',
    'exited mailable by merge',
  ])
  expect((await profileOf('user_id', B))!.audiences).toEqual([])
})
