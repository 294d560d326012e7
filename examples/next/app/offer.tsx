'use client'
import type { Client } from '@spartito/browser'
import { useAudience, useConsent, useSpartito } from '@spartito/react'

export const Offer = () => {
  const client = useSpartito<Client>()
  const isBuyer = useAudience('buyers')
  const [choice, decide] = useConsent()

  const signIn = async (): Promise<void> => {
    const { userId, token } = await (await fetch('/api/token')).json()
    client.identify(userId, {}, { token })
  }
  const order = async (): Promise<void> => {
    await fetch('/api/orders', { method: 'POST', body: JSON.stringify({ order_id: 'o1', revenue: 12 }) })
    client.track('Thanks Viewed')
  }

  if (!choice.analytics)
    return (
      <button type="button" onClick={() => decide({ analytics: true })}>
        Allow analytics
      </button>
    )
  return (
    <>
      <p id="offer">{isBuyer ? 'Welcome back' : 'Hello'}</p>
      <button type="button" onClick={() => void signIn()}>
        Sign in
      </button>
      <button type="button" onClick={() => void order()}>
        Order
      </button>
    </>
  )
}
