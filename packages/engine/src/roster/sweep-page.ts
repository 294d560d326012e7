/** Where a sweep of one shard has come to: which of its lists, and the last one of it that was visited. */
export interface SweepCursor {
  list: number
  after: string
}

/** What travels in the queue `sweep`: some of a shard's profiles to be brought up to a version (SPEC AU5). */
export interface SweepPage {
  shard: number
  version: number
  /** numbers the pages of a shard; a report of a page that is not out changes nothing */
  page: number
  /** where the sweep has come to once this page is done */
  until: SweepCursor
  /** names of Visitor objects */
  visitors: string[]
}

export interface SweepReport {
  page: number
  until: SweepCursor
  visited: number
  changed: number
  failed: number
  /** names of those whose visit failed; a consumer of an older version tells how many they are, and no more */
  unreached?: string[]
}
