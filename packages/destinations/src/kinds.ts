import type { DestinationKind } from './destination-kind.ts'
import { ga4 } from './ga4/ga4.ts'
import type { Ga4Settings } from './ga4/settings.ts'
import { googleAds } from './google-ads/google-ads.ts'
import type { GoogleAdsSettings } from './google-ads/settings.ts'
import { http } from './http/http.ts'
import type { HttpSettings } from './http/settings.ts'
import { meta } from './meta/meta.ts'
import type { MetaSettings } from './meta/settings.ts'
import { segment } from './segment/segment.ts'
import type { SegmentSettings } from './segment/settings.ts'
import type { WebhookSettings } from './webhook/settings.ts'
import { webhook } from './webhook/webhook.ts'

/** The settings of each kind, by the `type` that a workspace names. */
export interface SettingsByType {
  webhook: WebhookSettings
  http: HttpSettings
  ga4: Ga4Settings
  meta: MetaSettings
  'google-ads': GoogleAdsSettings
  segment: SegmentSettings
}

export type DestinationType = keyof SettingsByType

const kinds: { [T in DestinationType]: DestinationKind<SettingsByType[T]> } = {
  webhook,
  http,
  ga4,
  meta,
  'google-ads': googleAds,
  segment,
}

/** Every kind of destination, by the `type` that a workspace names. What a kind is called with has passed its schema. */
export const destinationKinds: ReadonlyMap<string, DestinationKind<never>> = new Map(
  Object.entries(kinds).map(([type, kind]) => [type, kind as unknown as DestinationKind<never>]),
)
