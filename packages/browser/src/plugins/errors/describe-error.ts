export interface ErrorDescription {
  name: string | undefined
  message: string
  stack: string | undefined
}

/** Longer texts are cut: the first lines say where it was. */
const maxLength = { name: 100, message: 500, stack: 2_000 }

/** A text as far as it is one: pages throw anything. */
const text = (value: unknown, length: number): string | undefined =>
  value === undefined || value === null ? undefined : String(value).slice(0, length)

/**
 * What is told of something that was thrown. Pure.
 *
 * @returns undefined when nothing is known about it: browsers say of scripts of other origins that there was a `Script error.`
 * @throws what the page's own getters throw
 */
export const describeError = (reason: unknown): ErrorDescription | undefined => {
  const { name, message, stack } = Object(reason) as Partial<Error>
  const told = text(message ?? reason, maxLength.message)
  if (!told || /^Script error\.?$/.test(told)) return undefined
  return { name: text(name, maxLength.name), message: told, stack: text(stack, maxLength.stack) }
}
