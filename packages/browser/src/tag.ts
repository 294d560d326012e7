import { readAttributes } from './attributes.ts'
import { createClient } from './create-client.ts'

const start = (config: Parameters<typeof createClient>[0]): void => {
  const stub = window.spartito
  const calls = stub?.q
  // else the tag is here already
  if (calls || !stub?.track) {
    const client = createClient(config)
    // in place: the page may have kept the stub
    window.spartito = Object.assign(stub ?? {}, client, { q: undefined })
    for (const [method, input] of calls ?? [])
      (client[method as keyof typeof client] as (...input: unknown[]) => void)?.(...input)
  }
}

try {
  const { dataset, src } = document.currentScript as HTMLScriptElement
  start(readAttributes(dataset, src))
} catch {
  // QU4: a page that breaks the tag goes on without it
}
