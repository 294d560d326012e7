import type { ReactNode } from 'react'
import { Spartito } from './spartito'

export const dynamic = 'force-dynamic'

/** What the page's client has to know comes from the server: one build serves every environment. */
export default function Layout({ children }: { children: ReactNode }) {
  const { COLLECTOR = '', WRITE_KEY = '' } = process.env
  return (
    <html lang="en">
      <body>
        <Spartito collector={COLLECTOR} writeKey={WRITE_KEY}>
          {children}
        </Spartito>
      </body>
    </html>
  )
}
