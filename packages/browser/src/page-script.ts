import { adoptDataLayer } from '@spartito/sdk'
import { createAppClient } from './in-app/app-client.ts'
import type { Call } from './loader.ts'
import { onNavigation } from './navigation.ts'

/*
 * What an app puts into the pages of its web view, before anything of theirs: takes the place of the tag and of its loader, which find a
 * client there and start none. As text it is a module of its own, `page-script.js`, where the app writes in which origins are its own.
 */
declare const appOrigins: readonly string[]
declare const appPageViews: boolean

const { ReactNativeWebView } = window
if (ReactNativeWebView && !window.spartitoApp && appOrigins.includes(location.origin)) {
  const client = createAppClient(ReactNativeWebView)
  window.spartitoApp = client
  // Where the system was slow, the page's loader or tag was here first: what it holds is handed on, and from here on its calls are the app's.
  const before = window.spartito
  const waiting = before?.q as Call[] | undefined
  window.spartito = Object.assign(before ?? {}, client, { q: false as const })
  for (const [method, input] of Array.isArray(waiting) ? waiting : [])
    (client[method as keyof typeof client] as (...input: unknown[]) => void)?.(...input)
  const view = (): void => {
    if (appPageViews) client.page()
  }
  const start = (): void => {
    view()
    onNavigation(view)
    window.dataLayer ??= []
    if (Array.isArray(window.dataLayer)) adoptDataLayer(window.dataLayer, client.push)
  }
  // the title is known by then, and what pages push while they load
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start)
  else start()
}
