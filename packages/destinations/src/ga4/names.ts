/** https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference#reserved_names, read 2026-11-22. */
const reservedEvents = new Set([
  'ad_activeview',
  'ad_click',
  'ad_exposure',
  'ad_query',
  'ad_reward',
  'adunit_exposure',
  'app_clear_data',
  'app_exception',
  'app_install',
  'app_remove',
  'app_store_refund',
  'app_update',
  'app_upgrade',
  'dynamic_link_app_open',
  'dynamic_link_app_update',
  'dynamic_link_first_open',
  'error',
  'firebase_campaign',
  'firebase_in_app_message_action',
  'firebase_in_app_message_dismiss',
  'firebase_in_app_message_impression',
  'first_open',
  'first_visit',
  'in_app_purchase',
  'notification_dismiss',
  'notification_foreground',
  'notification_open',
  'notification_receive',
  'notification_send',
  'os_update',
  'session_start',
  'user_engagement',
])
const reservedBeginning = /^(firebase_|ga_|google_|gtag\.|_)/

const name = (maxLength: number) => new RegExp(`^[A-Za-z][A-Za-z0-9_]{0,${maxLength - 1}}$`)
const eventName = name(40)
const propertyName = name(24)

export const isEventName = (text: string): boolean =>
  eventName.test(text) && !reservedEvents.has(text) && !reservedBeginning.test(text)

export const isParameterName = (text: string): boolean => eventName.test(text) && !reservedBeginning.test(text)

export const isUserPropertyName = (text: string): boolean => propertyName.test(text) && !reservedBeginning.test(text)

/** `Order Completed` as `order_completed`: what GA4 allows in a name, and nothing else. */
export const snakeCase = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()

/** Segment's names of e-commerce, by GA4's: https://developers.google.com/analytics/devguides/collection/ga4/reference/events, read 2026-11-22. */
export const recommendedNames: Readonly<Record<string, string>> = {
  page: 'page_view',
  screen: 'screen_view',
  'Product Viewed': 'view_item',
  'Product List Viewed': 'view_item_list',
  'Product Clicked': 'select_item',
  'Product Added': 'add_to_cart',
  'Product Removed': 'remove_from_cart',
  'Cart Viewed': 'view_cart',
  'Product Added to Wishlist': 'add_to_wishlist',
  'Checkout Started': 'begin_checkout',
  'Payment Info Entered': 'add_payment_info',
  'Order Completed': 'purchase',
  'Order Refunded': 'refund',
  'Products Searched': 'search',
  'Promotion Viewed': 'view_promotion',
  'Promotion Clicked': 'select_promotion',
  'Signed Up': 'sign_up',
  'Signed In': 'login',
}
