import type { Host } from './host.ts'

/** What is known of the app and its device besides what the host says once. */
export interface Changing {
  /** as NetInfo names it: `wifi`, `cellular`, … */
  network?: string
  pushToken?: string
}

/** How events introduce their sender. */
const library = { name: '@spartito/react-native', version: '0.1.0' }

const without = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

/** The context of an event, by Segment's names: library, app, device, os, screen, network, locale and time zone. */
export const contextOf = ({ app, device, Platform, Dimensions }: Host, { network, pushToken }: Changing): string => {
  const { width, height, scale } = Dimensions?.get('window') ?? {}
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const isKnown = device !== undefined || pushToken !== undefined
  return JSON.stringify(
    without({
      app,
      device: isKnown ? without({ type: 'mobile', ...device, token: pushToken }) : undefined,
      os: Platform && { name: Platform.OS === 'ios' ? 'iOS' : Platform.OS, version: String(Platform.Version) },
      screen: width === undefined ? undefined : { width, height, density: scale },
      network: network === undefined ? undefined : { wifi: network === 'wifi', cellular: network === 'cellular' },
      locale,
      timezone: timeZone,
      library,
    }),
  )
}
