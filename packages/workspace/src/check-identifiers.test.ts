import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'

const withIdentity = (identity: object) =>
  checkWorkspace({ sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_test_1' }], identity })
const phone = { type: 'phone', class: 'contact', from: 'traits.phone' }
const email = { type: 'email', class: 'contact', from: 'traits.email' }

describe('WS identifiers that a workspace may have', () => {
  test.each([
    ['a phone', [phone]],
    ['a phone whose national numbers are those of a country', [{ ...phone, country: 'DE' }]],
    ['both contacts, and one of its own', [email, phone, { type: 'crm_id', class: 'person', from: 'traits.crm.id' }]],
  ])('%s', (_what, identifiers) => {
    expect(withIdentity({ identifiers, blocked: ['demo', '+49 170 0000000'] })).toMatchObject({ ok: true })
  })
})

const path = 'identity.identifiers[0]'
const faulty: [what: string, identifiers: unknown[], path: string, says: string][] = [
  ['a country that there is not', [{ ...phone, country: 'UK' }], `${path}.country`, 'such as DE or US'],
  ['a country in small letters', [{ ...phone, country: 'de' }], `${path}.country`, 'such as DE or US'],
  ['a country that is no text', [{ ...phone, country: 49 }], `${path}.country`, 'must be text'],
  ['a country of an address', [{ ...email, country: 'DE' }], `${path}.country`, 'remove it'],
  ['a phone that is a person', [{ ...phone, class: 'person' }], `${path}.class`, 'must be contact'],
  ['an address that is a device', [{ ...email, class: 'device' }], `${path}.class`, 'must be contact'],
  ['a phone from nowhere', [{ type: 'phone', class: 'contact' }], `${path}.from`, 'such as traits.phone'],
  ['a path that is none', [{ ...phone, from: 'phone' }], `${path}.from`, 'must be a path such as traits.email'],
  ['a class that there is not', [{ ...phone, class: 'friend' }], `${path}.class`, 'must be one of person, contact'],
  ['a setting that there is not', [{ ...phone, region: 'DE' }], `${path}.region`, 'remove it, or mend its name'],
  ['a built-in type of another class', [{ type: 'user_id', class: 'device' }], `${path}.class`, 'must be person'],
  ['a type twice', [phone, phone], 'identity.identifiers[1].type', 'each needs its own'],
]

describe('WS a fault is named by its path, with how to mend it', () => {
  test.each(faulty)('%s', (_what, identifiers, at, says) => {
    const checked = withIdentity({ identifiers })
    expect(checked).toEqual({ ok: false, error: [{ path: at, message: expect.stringContaining(says) }] })
    expect(checked).toMatchObject({ error: [{ message: expect.stringContaining(`${at} `) }] })
  })

  test('a blocked value that no identifier can have', () => {
    expect(withIdentity({ blocked: ['demo', 'x'.repeat(256)] })).toMatchObject({
      ok: false,
      error: [{ path: 'identity.blocked[1]', message: expect.stringContaining('at most 255 characters') }],
    })
  })
})
