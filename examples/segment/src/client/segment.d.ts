/** What Segment's classic script puts on window; its types come from its package. */
interface Window {
  AnalyticsNext: typeof import('@segment/analytics-next')
}
