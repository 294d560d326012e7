import type { Plugin } from './plugin.ts'

/** A page whose errors repeat says no more by more of them. */
const maxErrors = 10

/** Tracks `Error Occurred` for uncaught errors and rejections: what the console would show, ten a page at most. */
const errors: Plugin = (client) => {
  let count = 0

  const report = (reason: unknown, where: object): void => {
    if (count++ >= maxErrors) return
    const { name, message, stack } = Object(reason) as Partial<Error>
    client.track('Error Occurred', { name, message: message ?? `${reason}`, stack, ...where })
  }

  addEventListener('error', ({ error, message, filename, lineno, colno }) =>
    report(error ?? message, { filename, line: lineno, column: colno }),
  )
  addEventListener('unhandledrejection', ({ reason }) => report(reason, {}))
}

export default errors
