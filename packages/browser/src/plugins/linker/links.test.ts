import { expect, test } from 'vitest'
import { createLinks } from './links.ts'

/** Links of a collector that numbers them, on a clock that the test moves. */
const world = () => {
  let count = 0
  const state = { at: 0, who: 'me' as string | undefined, isDown: false }
  const links = createLinks(
    async (who) => (state.isDown ? undefined : { link: `${who}${++count}`, lifeMs: 120_000 }),
    () => state.who,
    () => state.at,
  )
  return { links, state, asked: () => count }
}

test('one that is fetched ahead serves every click, until it is too old for the way', async () => {
  const { links, state, asked } = world()
  expect(links.current()).toBeUndefined()
  await links.prepare()
  expect(links.current()).toBe('me1')
  state.at = 44_999
  expect(links.prepare()).toBeUndefined()
  state.at = 99_999
  expect(links.current()).toBe('me1')
  state.at = 100_000
  expect(links.current()).toBeUndefined()
  expect(asked()).toBe(1)
})

test('one that is not fresh any more is fetched anew, and serves until that one is there', async () => {
  const { links, state } = world()
  await links.prepare()
  state.at = 45_000
  const asking = links.prepare()
  expect(links.current()).toBe('me1')
  await asking
  expect(links.current()).toBe('me2')
})

test('two who ask at once wait for one', async () => {
  const { links, asked } = world()
  await Promise.all([links.prepare(), links.prepare()])
  expect(asked()).toBe(1)
})

test('another visitor, as after a reset, has none of before', async () => {
  const { links, state } = world()
  await links.prepare()
  state.who = 'you'
  expect(links.current()).toBeUndefined()
  await links.prepare()
  expect(links.current()).toBe('you2')
})

test('without consent none is asked for, and the one that is there is not used', async () => {
  const { links, state, asked } = world()
  await links.prepare()
  state.who = undefined
  expect(links.current()).toBeUndefined()
  expect(links.prepare()).toBeUndefined()
  expect(asked()).toBe(1)
})

test('a collector that does not answer is asked again next time', async () => {
  const { links, state } = world()
  state.isDown = true
  await links.prepare()
  expect(links.current()).toBeUndefined()
  state.isDown = false
  await links.prepare()
  expect(links.current()).toBe('me1')
})
