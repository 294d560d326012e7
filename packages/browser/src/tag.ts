import type { Prepare } from '@spartito/sdk'
import { readAttributes, readPlugins, type TagConfig } from './attributes.ts'
import { startClient } from './start-client.ts'

const start = (config: TagConfig, prepare: Prepare): void => {
  const stub = window.spartito
  const calls = stub?.q
  // else the tag is here already
  if (calls || !stub?.track) {
    const client = startClient(config, prepare)
    // in place: the page may have kept the stub
    window.spartito = Object.assign(stub ?? {}, client, { q: undefined })
    for (const [method, input] of calls ?? [])
      (client[method as keyof typeof client] as (...input: unknown[]) => void)?.(...input)
  }
}

try {
  const { dataset, src } = document.currentScript as HTMLScriptElement
  // one that fails to load, or to start, stops none of the others
  const prepare: Prepare = (client, adopt) =>
    Promise.allSettled(
      (readPlugins(dataset, location.search) ?? []).map(async (name) =>
        adopt(await (await import(new URL(`/tag/${name}.js`, src) as unknown as string)).default(client, dataset)),
      ),
    )
  start(readAttributes(dataset, src), prepare)
} catch {
  // QU4: a page that breaks the tag goes on without it
}
