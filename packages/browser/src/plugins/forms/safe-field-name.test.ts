import { expect, test } from 'vitest'
import { safeFieldName } from './safe-field-name.ts'

test.each<[name: string | null, type: string, autocomplete: string | null, isTold: boolean]>([
  ['email', 'email', 'email', true],
  ['address[street]', 'text', 'shipping street-address', true],
  ['billing.city', 'text', null, true],
  ['first-name', 'text', null, true],
  ['', 'text', null, false],
  [null, 'text', null, false],
  ['eve@example.com', 'checkbox', null, false],
  ['invite_0049171123', 'checkbox', null, false],
  ['name of Eve', 'text', null, false],
  ['größe', 'text', null, false],
  ['x'.repeat(41), 'text', null, false],
  ['pin', 'password', null, false],
  ['state', 'hidden', null, false],
  ['scan', 'file', null, false],
  ['number', 'text', 'cc-number', false],
  ['number', 'text', 'billing cc-number', false],
  ['code', 'text', 'one-time-code', false],
  ['secret', 'text', 'current-password', false],
])('the field %s of type %s and autocomplete %s is told: %s', (name, type, autocomplete, isTold) => {
  expect(safeFieldName(name, type, autocomplete)).toBe(isTold ? name : undefined)
})
