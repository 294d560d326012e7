'use client'
import { createClient } from '@spartito/browser'
import { SpartitoProvider } from '@spartito/react'
import { type ReactNode, useState } from 'react'

/** One client for the page, made in the browser alone: a server knows no visitor, and what it renders holds for everybody. */
export const Spartito = (props: { collector: string; writeKey: string; children: ReactNode }) => {
  const { collector, writeKey, children } = props
  const [client] = useState(() =>
    typeof window === 'undefined'
      ? undefined
      : createClient({ collector, writeKey, consent: { policy: 'opt-in', purposes: ['analytics'] } }),
  )
  return <SpartitoProvider client={client}>{children}</SpartitoProvider>
}
