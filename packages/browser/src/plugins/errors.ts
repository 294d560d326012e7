import { listen } from './capture/listen.ts'
import { quiet } from './capture/quiet.ts'
import { describeError } from './errors/describe-error.ts'
import type { Plugin } from './plugin.ts'

/** A page that has thrown this many different errors says no more by more of them. */
const maxErrors = 10

/**
 * Tracks `Error Occurred` for uncaught errors and rejections: what the console would show, each once and ten a page at most. What browser
 * extensions throw is none of the page's.
 */
const errors: Plugin = quiet((client) => {
  const seen = new Set<string>()

  const report = (reason: unknown, { filename, lineno: line, colno: column }: Partial<ErrorEvent>): void => {
    const properties = { ...describeError(reason), filename: filename?.slice(0, 500), line, column }
    const { message, stack } = properties
    const key = `${message} ${stack} ${filename} ${line}`
    if (!message || seen.has(key) || seen.size >= maxErrors || /^\w+-extension:/.test(filename ?? '')) return
    seen.add(key)
    client.track('Error Occurred', properties)
  }

  listen<ErrorEvent>('error', (event) => {
    // of images and scripts too, which say nothing of why
    if (event.target === window) report(event.error ?? event.message, event)
  })
  listen<PromiseRejectionEvent>('unhandledrejection', ({ reason }) => report(reason, {}))
})

export default errors
