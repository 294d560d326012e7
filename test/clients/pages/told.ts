/** What the test tells a page, and what a page tells the test. */
export interface Told {
  collector: string
  writeKey: string
}

type Said = Record<string, string | number>

export interface Calls {
  track(event: string, properties: Said): unknown
  identify(userId: string, traits: Said): unknown
  page(name: string): unknown
  group(groupId: string, traits: Said): unknown
  anonymousId(): string | null | undefined | Promise<string | null | undefined>
}

declare global {
  interface Window {
    told: Told
    /** set when the client takes calls */
    calls?: Calls
  }
}
