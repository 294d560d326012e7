import { useAudience, useConsent } from '@spartito/react-native'
import { spartito } from '../src/spartito'

/** Never run: what the compiler has to refuse, and what it has to take. */
export const Hooks = () => {
  const isBuyer: boolean = useAudience('buyers')
  // @ts-expect-error no audience of the workspace
  useAudience('byers')
  const [choice, decide] = useConsent()
  const hasAnalytics: boolean | undefined = choice.analytics
  decide({ advertising: false }, { source: 'notice' })
  // @ts-expect-error no purpose of the workspace
  decide({ adverts: false })
  spartito.track('Order Completed', { order_id: 'o1', revenue: 24, currency: 'EUR' })
  // @ts-expect-error revenue is a number
  spartito.track('Order Completed', { order_id: 'o1', revenue: '24', currency: 'EUR' })
  return isBuyer && hasAnalytics
}
