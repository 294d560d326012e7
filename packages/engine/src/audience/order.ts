/**
 * Orders names so that each comes after those it depends on. Names that depend on one another in a circle are left out and
 * returned as the circle; names that nobody defined are passed over.
 */
export const orderByDependency = (
  dependencies: ReadonlyMap<string, readonly string[]>,
): { order: string[]; circle: string[] | undefined } => {
  const order: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  let circle: string[] | undefined

  const visit = (name: string): void => {
    if (done.has(name) || circle) return
    const start = path.indexOf(name)
    if (start >= 0) {
      circle = [...path.slice(start), name]
      return
    }
    path.push(name)
    for (const needed of dependencies.get(name) ?? []) if (dependencies.has(needed)) visit(needed)
    path.pop()
    done.add(name)
    if (!circle) order.push(name)
  }

  for (const name of dependencies.keys()) visit(name)
  return { order, circle }
}
