import type { Host } from './host.ts'

/** The page of a web view that an event comes from. */
export interface PageContext {
  url: string
  referrer?: string
  title?: string
}

/** What is known of the app and its device besides what the host says once. */
export interface Changing {
  /** as NetInfo names it: `wifi`, `cellular`, … */
  network?: string
  pushToken?: string
  /** while an event of a web view is recorded */
  page?: PageContext
}

/** How events introduce their sender. */
const library = { name: '@spartito/react-native', version: '0.1.0' }

const known = (object: object | undefined): object | undefined => {
  const entries = Object.entries(object ?? {}).filter(([, value]) => value !== undefined && value !== null)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The context of an event, by Segment's names: library, app, device, os, screen, network, locale and time zone; what is unknown is left out. */
export const contextOf = (host: Host, { network, pushToken, page }: Changing): string => {
  const { app, device, Platform, Dimensions } = host
  const { width, height, scale } = Dimensions?.get('window') ?? {}
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const isKnown = device !== undefined || pushToken !== undefined
  return JSON.stringify({
    app: known(app),
    device: isKnown ? known({ type: 'mobile', ...device, token: pushToken }) : undefined,
    os: Platform && { name: Platform.OS === 'ios' ? 'iOS' : Platform.OS, version: String(Platform.Version) },
    screen: known({ width, height, density: scale }),
    network: network === undefined ? undefined : { wifi: network === 'wifi', cellular: network === 'cellular' },
    page: known(page),
    locale,
    timezone: timeZone,
    library,
  })
}
