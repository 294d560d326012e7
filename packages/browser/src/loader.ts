/** A call that waits for the tag: the method's name and what it was given. */
export type Call = [method: string, input: unknown[]]

// Inlined into the page, so no imports, and no names left behind. It hands its own attributes to the tag that it loads:
// its text is the same on every site, and so is its hash for a Content-Security-Policy.
if (!window.spartito) {
  const queue: Call[] = []
  const stub: Record<string, unknown> = { q: queue }
  const methods = 'push track page screen identify group alias reset consent audiences on ready forget flush'.split(' ')
  for (const method of methods) stub[method] = (...input: unknown[]) => void queue.push([method, input])
  window.spartito = stub
  try {
    const { dataset, nonce } = document.currentScript as HTMLScriptElement
    const tag = document.createElement('script')
    Object.assign(tag.dataset, dataset)
    tag.nonce = nonce
    // pages that require Trusted Types have to allow the policy by its name
    const types = window.trustedTypes?.createPolicy('spartito', { createScriptURL: (url) => url })
    tag.src = types?.createScriptURL(dataset.src!) ?? dataset.src!
    const load = (): void => document.head.append(tag)
    // a page that is rendered ahead may never be seen
    if (document.prerendering) document.addEventListener('prerenderingchange', load)
    else load()
  } catch {
    // QU4: a page that forbids the tag goes on without it; its calls fill the stub's queue
  }
}
