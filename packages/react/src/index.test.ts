import { createWorld } from '@spartito/sdk/testing/world'
import { act, createElement, type FunctionComponent } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SpartitoProvider, useAudience, useAudiences, useConsent } from './index.ts'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

/** A page with the real client, on a device and a collector of the client's own tests. */
const open = async (Component: FunctionComponent, consent: 'opt-in' | 'opt-out' = 'opt-out') => {
  const world = createWorld()
  const { client } = world.openTab({ consent: { policy: consent, purposes: ['analytics'] } })
  const element = document.createElement('div')
  const root = createRoot(element)
  onTestFinished(() => act(() => root.unmount()))
  await act(async () => root.render(createElement(SpartitoProvider, { client }, createElement(Component))))
  const pass = (ms: number): Promise<void> => act(() => world.clock.advance(ms))
  return { world, client, pass, text: () => element.textContent }
}

const Offer: FunctionComponent = () => `in ${useAudiences().join() || 'none'}`

describe('useAudience', () => {
  test('follows the answers of the collector, and renders when they change alone', async () => {
    let renders = 0
    const { world, client, pass, text } = await open(() => {
      const isBuyer = useAudience('buyers')
      const all = useAudiences()
      renders++
      return `${isBuyer ? 'welcome back' : 'hello'}, in ${all.join() || 'none'}`
    })
    expect(text()).toBe('hello, in none')
    world.collector.audiences = ['buyers', 'viewers']
    client.track('Order Completed')
    await pass(10_000)
    expect(text()).toBe('welcome back, in buyers,viewers')
    const before = renders
    client.track('Order Completed')
    await pass(10_000)
    expect(renders).toBe(before)
    world.collector.audiences = ['viewers']
    client.track('Signed Out')
    await pass(10_000)
    expect(text()).toBe('hello, in viewers')
  })

  test('a server renders what holds for everybody', () => {
    const { client } = createWorld().openTab()
    expect(renderToString(createElement(SpartitoProvider, { client }, createElement(Offer)))).toBe('in none')
  })

  test('and needs no client for it', () => {
    expect(renderToString(createElement(SpartitoProvider, { client: undefined }, createElement(Offer)))).toBe('in none')
  })

  test('without a provider it says what is missing', () => {
    expect(() => renderToString(createElement(Offer))).toThrow('<SpartitoProvider client={…}>')
  })
})

test('useConsent shows the choice and takes a decision', async () => {
  let decide: ReturnType<typeof useConsent>[1] | undefined
  const { world, client, pass, text } = await open(() => {
    const [choice, take] = useConsent()
    decide = take
    return JSON.stringify(choice)
  }, 'opt-in')
  expect(text()).toBe('{}')
  client.track('Held')
  await pass(10_000)
  expect(world.collector.requests).toEqual([])
  await act(async () => decide!({ analytics: true }))
  expect(text()).toBe('{"analytics":true}')
  await pass(10_000)
  expect(world.collector.events.map(({ event }) => event)).toEqual(['Held', 'Segment Consent Preference Updated'])
  await act(async () => void client.consent({ analytics: false }))
  expect(text()).toBe('{"analytics":false}')
})
