import type { Client, Prepare } from '@spartito/sdk'
import { readAttributes, readPlugins } from './attributes.ts'
import type { Call } from './loader.ts'
import { startClient } from './start-client.ts'

type Stub = NonNullable<typeof window.spartito>

try {
  const { dataset, src } = document.currentScript as HTMLScriptElement
  // The page waits for none of it: without the loader's stub, the first look at a method starts the client.
  window.spartito ??= new Proxy<Stub>({ q: [] }, { get: (own, name: keyof Stub) => own[name] ?? start() ?? own[name] })
  const client = window.spartito
  const calls = client.q as Call[] | undefined

  const start = (): undefined => {
    if (client.q ?? true)
      try {
        client.q = false
        // one that fails to load, or to start, stops none of the others
        const prepare: Prepare = (client, adopt) =>
          Promise.allSettled(
            (readPlugins(dataset, location.search) ?? []).map(async (name) =>
              adopt(
                await (await import(new URL(`/tag/${name}.js`, src) as unknown as string)).default(client, dataset),
              ),
            ),
          )
        const config = readAttributes(dataset, src)
        const started = startClient(config, prepare)
        // in place: the page may have kept the stub
        Object.assign(client, started)
        for (const [method, input] of calls ?? [])
          (client[method as keyof Client] as (...input: unknown[]) => void)?.(...input)
      } catch {
        // QU4: a page that breaks the tag goes on without it
      }
  }

  // else the tag is here already
  if (calls || !client.track) {
    // Captured, so that the client's own listener hears it next. Not `pagehide`: between two of its listeners a request under way is given up.
    addEventListener('visibilitychange', start, true)
    setTimeout(start)
  }
} catch {
  // what started it is no script element: there is nobody to ask
}
