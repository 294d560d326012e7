/**
 * The names that shopping has here, Segment's, and what others call the same in other words: Google Analytics 4 in `snake_case`,
 * Segment's first edition.
 *
 * @see https://segment.com/docs/connections/spec/ecommerce/v2/
 * @see https://developers.google.com/analytics/devguides/collection/ga4/reference/events
 */
const others: Record<string, string> = {
  'Products Searched': 'search,view_search_results',
  'Product List Viewed': 'view_item_list,Viewed Product Category',
  'Product List Filtered': '',
  'Promotion Viewed': 'view_promotion',
  'Promotion Clicked': 'select_promotion',
  'Product Clicked': 'select_item',
  'Product Viewed': 'view_item',
  'Product Added': 'add_to_cart',
  'Product Removed': 'remove_from_cart',
  'Product Added to Wishlist': 'add_to_wishlist',
  'Product Removed from Wishlist': '',
  'Cart Viewed': 'view_cart',
  'Checkout Started': 'begin_checkout',
  'Checkout Step Viewed': '',
  'Checkout Step Completed': 'add_shipping_info',
  'Payment Info Entered': 'add_payment_info',
  'Coupon Applied': '',
  'Order Completed': 'purchase',
  'Order Updated': '',
  'Order Cancelled': '',
  'Order Refunded': 'refund',
}

/** A name whatever the case, the order and the signs between its words: `Viewed Product` and `product_viewed` are one. */
const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^a-z]+/)
    .sort()
    .join(' ')

/** Makes the function that tells the common name of an event; undefined for what is none of shopping. */
export const createNames = (): ((event: unknown) => string | undefined) => {
  const names = new Map<unknown, string>()
  for (const name in others)
    for (const other of `${name},${others[name]}`.split(',')) if (other) names.set(keyOf(other), name)
  return (event) => names.get(typeof event === 'string' && keyOf(event))
}
