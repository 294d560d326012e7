import { Offer } from './offer'

export default function Page() {
  return (
    <main>
      <h1>The shop</h1>
      <Offer />
    </main>
  )
}
