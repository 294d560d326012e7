import type { AnyPlan, Client } from '@spartito/sdk'
import { type ClientConfig, createClient as createOwnClient } from './create-client.ts'
import { createAppClient } from './in-app/app-client.ts'
import { onNavigation } from './navigation.ts'

/** How long an app has to answer, in ms. */
const patienceMs = 1_000

/**
 * Starts a client as `createClient` of `@spartito/browser` does, for pages that are also shown inside an app: there its calls are the app's,
 * of the same visitor with the same consent and queue, and the page stores and sends nothing. In an app that does not answer within a
 * second, and everywhere else, it is a client like any other; calls wait until that is known.
 */
export const createClient = <Plan = AnyPlan>(config: ClientConfig): Client<Plan> => {
  const known = window.spartitoApp
  const bridge = window.ReactNativeWebView
  if (!known && !bridge) return createOwnClient(config)

  const startPlugins = (client: Client): void => {
    for (const plugin of config.plugins ?? []) void Promise.resolve(plugin(client)).catch(() => undefined)
  }
  // the app's script has put it there, and records page views itself
  if (known) {
    startPlugins(known)
    return known as unknown as Client<Plan>
  }

  let waiting: ((client: Client) => void)[] | undefined = []
  let target: Client
  const settle = (client: Client): void => {
    const calls = waiting ?? []
    waiting = undefined
    target = client
    for (const call of calls) call(client)
  }
  const ofApp = createAppClient(bridge!, () => {
    if (!waiting) return
    settle(ofApp)
    startPlugins(ofApp)
    if (config.pageViews !== false) {
      ofApp.page()
      onNavigation(ofApp.page)
    }
  })
  setTimeout(() => {
    if (waiting) settle(createOwnClient(config))
  }, patienceMs)

  /** A call, now or as soon as it is known whose it is. */
  const call = (method: keyof Client, input: unknown[]): unknown => {
    const make = (client: Client): unknown => (client[method] as (...input: unknown[]) => unknown)(...input)
    if (!waiting) return make(target)
    let isStopped = false
    let made: unknown
    waiting.push((client) => {
      if (!isStopped) made = make(client)
    })
    if (method !== 'on') return { audiences: [], consent: {}, flush: Promise.resolve() }[method as string]
    return () => {
      isStopped = true
      ;(made as (() => void) | undefined)?.()
    }
  }
  const methods = Object.keys(ofApp) as (keyof Client)[]
  return Object.fromEntries(
    methods.map((method) => [method, (...input: unknown[]) => call(method, input)]),
  ) as unknown as Client<Plan>
}
