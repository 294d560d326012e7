/** The part of the tag that this shop uses. Calls made before the tag has come are queued by its loader. */
interface Spartito {
  track(name: string, properties?: object): void
  identify(userId: string, traits?: object): void
  reset(): void
  consent(choice: Record<string, boolean>): void
  on(topic: 'audiences', listener: (audiences: readonly string[]) => void): void
  on(topic: 'answer', listener: () => void): void
  ready(listener: () => void): void
}

interface Window {
  spartito: Spartito
}
