'use client'
import type { Choice, Client, ConsentDetails } from '@spartito/sdk'
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react'

/**
 * What an application knows of its workspace, which it says once:
 * `declare module '@spartito/react' { interface Known { audience: 'vip' | 'buyers'; purpose: 'analytics' } }`. From then on any other name is
 * an error of types.
 */
// biome-ignore lint/suspicious/noEmptyInterface: there to be filled by declarations of the application
export interface Known {}
export type AudienceId = Known extends { audience: infer Id extends string } ? Id : string
export type PurposeName = Known extends { purpose: infer Name extends string } ? Name : string
/** a decision by purpose; what is left out stays as it is */
export type KnownChoice = { [Name in PurposeName]?: boolean }

type AnyClient = Pick<Client, 'audiences' | 'consent' | 'on'>

const Context = createContext<AnyClient | undefined>(undefined)

/** The client of who has none: what a server renders holds for everybody. */
const nobodys: AnyClient = { audiences: () => [], consent: () => ({}), on: () => () => {} }

/**
 * Gives the hooks below it their client: that of `@spartito/browser` or of `@spartito/react-native`.
 *
 * @param client undefined on a server, which knows no visitor
 */
export const SpartitoProvider = (props: { client: AnyClient | undefined; children?: ReactNode }): ReactNode =>
  createElement(Context.Provider, { value: props.client ?? nobodys }, props.children)

/**
 * The client of the provider above.
 *
 * @throws Error where there is none
 */
export const useSpartito = <C = Client>(): C => {
  const client = useContext(Context)
  if (!client) throw new Error('there is no <SpartitoProvider client={…}> above this component')
  return client as C
}

/** What a topic says now, as text: React compares what it is told by identity, and the client makes a new object each time. */
const useTopic = (topic: 'audiences' | 'consent', silent: string): string => {
  const client = useSpartito<AnyClient>()
  const subscribe = useCallback((notify: () => void) => client.on(topic, notify), [client, topic])
  const read = (): string => JSON.stringify(client[topic]() ?? JSON.parse(silent))
  // a server knows no visitor; the first paint in the browser is the same, and the next one knows
  return useSyncExternalStore(subscribe, read, () => silent)
}

/** The exposed audiences that the visitor is in, sorted; changes as they change. On a server, and until it is known: none. */
export const useAudiences = (): readonly AudienceId[] => {
  const text = useTopic('audiences', '[]')
  return useMemo(() => JSON.parse(text) as readonly AudienceId[], [text])
}

/** Whether the visitor is in an audience. */
export const useAudience = (id: AudienceId): boolean => useAudiences().includes(id)

/** What the visitor has decided by purpose, and a function that takes a decision. */
export const useConsent = (): [
  choice: KnownChoice,
  decide: (choice: KnownChoice, details?: ConsentDetails) => void,
] => {
  const client = useSpartito<AnyClient>()
  const text = useTopic('consent', '{}')
  const choice = useMemo(() => JSON.parse(text) as KnownChoice, [text])
  const decide = useCallback(
    (taken: KnownChoice, details?: ConsentDetails) => void client.consent(taken as Choice, details),
    [client],
  )
  return [choice, decide]
}
