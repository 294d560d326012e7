/** `@react-native-async-storage/async-storage`, version 3. */
export interface AsyncStorage3 {
  getAllKeys(): Promise<string[]>
  getMany(keys: string[]): Promise<Record<string, string | null>>
  setMany(entries: Record<string, string>): Promise<void>
  removeMany(keys: string[]): Promise<void>
}

/** The same package, versions 1 and 2. */
export interface AsyncStorage2 {
  getAllKeys(): Promise<readonly string[]>
  multiGet(keys: readonly string[]): Promise<readonly (readonly [string, string | null])[]>
  multiSet(entries: [string, string][]): Promise<void>
  multiRemove(keys: readonly string[]): Promise<void>
}

/** An instance of `react-native-mmkv`; `remove` since version 4, `delete` before. */
export interface Mmkv {
  getAllKeys(): string[]
  getString(key: string): string | undefined
  set(key: string, value: string): void
  remove?(key: string): unknown
  delete?(key: string): unknown
}

export type Storage = AsyncStorage3 | AsyncStorage2 | Mmkv

interface Subscription {
  remove(): void
}

/**
 * The modules of an app that the client works with, as they are imported there: it imports none itself, so that an app has only what it
 * uses. All but `storage` may be left out.
 */
export interface Host {
  /** where events are kept while they wait, and ids between two starts */
  storage: Storage
  /** of `react-native`: what waits is sent when the app leaves the foreground, and tried again when it is back */
  AppState?: {
    currentState?: string | null
    addEventListener(type: 'change', listener: (state: string) => void): Subscription
  }
  /** of `@react-native-community/netinfo`: what waits is sent when the network is back */
  NetInfo?: { addEventListener(listener: (state: { isConnected: boolean | null; type: string }) => void): () => void }
  /** of `react-native`: links that open the app, and their campaign */
  Linking?: {
    getInitialURL(): Promise<string | null>
    addEventListener(type: 'url', listener: (event: { url: string }) => void): Subscription
  }
  /** What is recorded of a link; undefined for nothing. When left out: its address and its campaign, since other parameters may be secrets. */
  recordLink?: (url: string) => string | undefined
  /** of `react-native` */
  Platform?: { OS: string; Version: string | number }
  /** of `react-native` */
  Dimensions?: { get(dim: 'window'): { width: number; height: number; scale: number } }
  /** what the app says of itself, as Segment's `context.app`: `expo-application` or `react-native-device-info` know it */
  app?: { [field in 'name' | 'version' | 'build' | 'namespace']?: string | null | undefined }
  /** as Segment's `context.device`: `manufacturer`, `model`, `type`; what is null or undefined is left out */
  device?: { [name: string]: string | boolean | null | undefined }
  /** of `expo-crypto` or `react-native-get-random-values`; `crypto.getRandomValues` when left out */
  getRandomValues?: (bytes: Uint8Array) => unknown
  fetch?: typeof fetch
}
