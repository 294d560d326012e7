const shown = 10

const some = (ids: readonly string[]): string =>
  ids.slice(0, shown).join(', ') + (ids.length > shown ? ` and ${ids.length - shown} more` : '')

/** What one store lacks or has too much of, against the profiles' events. */
export const difference = (store: string, expected: ReadonlySet<string>, found: ReadonlySet<string>): string[] => {
  const missing = [...expected].filter((id) => !found.has(id))
  const surplus = [...found].filter((id) => !expected.has(id))
  return [
    ...(missing.length > 0 ? [`${store} lacks ${missing.length} stored events: ${some(missing)}`] : []),
    ...(surplus.length > 0 ? [`${store} has ${surplus.length} events that no profile has: ${some(surplus)}`] : []),
  ]
}
