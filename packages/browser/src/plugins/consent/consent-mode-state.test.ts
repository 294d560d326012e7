import { describe, expect, test } from 'vitest'
import { type ConsentCommand, createConsentModeState } from './consent-mode-state.ts'
import { readPurposeMap } from './purpose-map.ts'

const purposes = readPurposeMap('analytics=analytics_storage marketing=ad_storage,ad_user_data')
const granted = { analytics_storage: 'granted' }
const denied = { analytics_storage: 'denied' }

describe('which default is in force', () => {
  test.each<[rule: string, region: string | undefined, defaults: ConsentCommand[], analytics: boolean | undefined]>([
    ['none', undefined, [], undefined],
    ['one for everybody', 'DE', [granted], true],
    ['the later of two for everybody', 'DE', [granted, denied], false],
    ['one for another region', 'DE', [{ ...granted, region: ['US'] }], undefined],
    ['one for the country over one for everybody', 'DE', [{ ...denied, region: ['FR', 'DE'] }, granted], false],
    ['one for the country, in one of its regions', 'US-CA', [denied, { ...granted, region: ['US'] }], true],
    [
      'one for the region over one for its country',
      'US-CA',
      [
        { ...denied, region: ['US-CA'] },
        { ...granted, region: ['US'] },
      ],
      false,
    ],
    ['one for a region, in another of the country', 'US-TX', [granted, { ...denied, region: ['US-CA'] }], true],
    ['region unknown: one that denies counts', undefined, [{ ...denied, region: ['DE'] }, granted], false],
    ['region unknown: one that grants does not', undefined, [{ ...granted, region: ['US'] }], undefined],
    ['neither granted nor denied', 'DE', [{ analytics_storage: 'yes' }], undefined],
  ])('%s', (_rule, region, defaults, analytics) => {
    const state = createConsentModeState(region)
    for (const command of defaults) state.setDefault(command)
    expect(state.read(purposes)).toEqual({ decided: {}, implied: analytics === undefined ? {} : { analytics } })
  })
})

test('an update decides, whatever a default says before or after it', () => {
  const state = createConsentModeState('DE')
  state.setDefault(denied)
  state.update(granted)
  state.setDefault(denied)
  expect(state.read(purposes)).toEqual({ decided: { analytics: true }, implied: {} })
})

test('ALL signals of a purpose are needed, also those that a default alone has named', () => {
  const state = createConsentModeState('DE')
  state.update({ ad_storage: 'granted' })
  expect(state.read(purposes).decided).toEqual({ marketing: false })
  state.setDefault({ ad_user_data: 'granted' })
  expect(state.read(purposes).decided).toEqual({ marketing: true })
})

test('only the one word grants', () => {
  const state = createConsentModeState('DE')
  state.update({ analytics_storage: true })
  expect(state.read(purposes).decided).toEqual({ analytics: false })
})
