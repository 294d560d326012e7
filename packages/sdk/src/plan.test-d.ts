import { describe, expectTypeOf, test } from 'vitest'
import type { Client } from './client-api.ts'
import type { TrackArguments } from './plan.ts'

interface Plan {
  'Product Viewed': { product_id: string; price?: number | undefined; size?: 'S' | 'M' | undefined }
  'Signed Out': Record<string, never>
  Anything: Record<string, unknown>
}

const { track } = {} as Client<Plan>

describe('a client with a plan', () => {
  test('takes the events of the plan alone', () => {
    expectTypeOf(track).parameter(0).toEqualTypeOf<'Product Viewed' | 'Signed Out' | 'Anything'>()
    // @ts-expect-error there is no event of that name
    track('Product Seen', { product_id: 'a' })
  })

  test('takes the properties of the event alone', () => {
    expectTypeOf(track<'Product Viewed'>)
      .parameter(1)
      .toEqualTypeOf<Plan['Product Viewed']>()
    // @ts-expect-error misspelt
    track('Product Viewed', { product_id: 'a', prise: 1 })
    // @ts-expect-error text for a number
    track('Product Viewed', { product_id: 'a', price: '1' })
    // @ts-expect-error not among the values allowed
    track('Product Viewed', { product_id: 'a', size: 'L' })
    // @ts-expect-error one too many
    track('Signed Out', { a: 1 })
  })

  test('asks for properties where one is required, and only there', () => {
    expectTypeOf<TrackArguments<Plan['Product Viewed']>>().toEqualTypeOf<[properties: Plan['Product Viewed']]>()
    expectTypeOf<TrackArguments<Plan['Signed Out']>>().toEqualTypeOf<[properties?: Plan['Signed Out']]>()
    expectTypeOf<TrackArguments<Plan['Anything']>>().toEqualTypeOf<[properties?: Plan['Anything']]>()
    // @ts-expect-error product_id is required
    track('Product Viewed')
  })
})

test('a client without a plan takes any event with any properties', () => {
  expectTypeOf<Client['track']>().toBeCallableWith('whatever', { a: 1 })
  expectTypeOf<Client['track']>().toBeCallableWith('whatever')
})
