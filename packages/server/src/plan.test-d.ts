import { test } from 'vitest'
import { createServerClient } from './client.ts'

type Plan = {
  'Order Completed': { revenue: number; currency?: string }
  'Cart Viewed': { items?: number }
}

const typed = createServerClient<Plan>({ collector: 'https://data.example', key: 'k' })
const open = createServerClient({ collector: 'https://data.example', key: 'k' })
const who = { userId: 'ada' }

test('a plan types names and properties', () => {
  void typed.track({ ...who, event: 'Order Completed', properties: { revenue: 1 } })
  void typed.track({ ...who, event: 'Cart Viewed' })
  // @ts-expect-error the plan has no such event
  void typed.track({ ...who, event: 'Order Complete', properties: { revenue: 1 } })
  // @ts-expect-error revenue is a number
  void typed.track({ ...who, event: 'Order Completed', properties: { revenue: '1' } })
  // @ts-expect-error revenue is required
  void typed.track({ ...who, event: 'Order Completed' })
})

test('without a plan any event may have any properties', () => {
  void open.track({ ...who, event: 'Anything', properties: { at: ['all'] } })
  void open.track({ ...who, event: 'Anything' })
  // @ts-expect-error an event has a name
  void open.track({ ...who })
})
