import type { Choice } from '@spartito/sdk'

/** What iOS says of App Tracking Transparency, by the names of `expo-tracking-transparency` and `react-native-tracking-transparency`. */
export type TrackingStatus =
  | 'authorized'
  | 'granted'
  | 'denied'
  | 'restricted'
  | 'undetermined'
  | 'not-determined'
  | 'unavailable'

/**
 * The choice that App Tracking Transparency makes about some purposes (SPEC CO1): hand it to `client.consent`, with
 * `{ source: 'att' }`. Who was not asked has decided nothing.
 *
 * @param purposes those that your notice on that question is about, such as `['advertising']`
 */
export const consentOfTracking = (status: TrackingStatus, purposes: readonly string[]): Choice => {
  const isGranted = status === 'authorized' || status === 'granted'
  if (!isGranted && status !== 'denied' && status !== 'restricted') return {}
  return Object.fromEntries(purposes.map((purpose) => [purpose, isGranted]))
}
