import { eachName, isScope, type Node, namesOfScope, parse, renameUniquely } from './names.ts'

/** Short names by the source's, for the variables of that name one after another. */
export type ShortNames = Record<string, string[]>

export interface Variable {
  /** its name in the source */
  source: string
  /** where it is named; `isShort` as the key of `{ name }` as well */
  places: [name: Node, isShort: boolean][]
  /** those that must not have its name */
  rivals: Variable[]
}

const letters = 'etnraosilcdupfhygwmvkbSI$OMLEJNjAxP_CDTKRUVqBWzFGHQXYZ'

/** What variables may be called, the likeliest first. */
export const candidates: readonly string[] = [
  ...letters,
  ...[...letters].flatMap((first) => [...letters].map((second) => first + second)),
].filter((name) => !/^(do|if|in|of|as)$/.test(name))

/** A function and its body, or a `catch` and its block, are one scope: the inner one may not declare the outer one's names again. */
const scopesAround = (around: Node[]): Node[] => [
  ...new Set(
    around.flatMap((node, index) => {
      const outer = around[index + 1]
      const isBody = node.type === 'BlockStatement' && /Function|Catch/.test(outer?.type ?? '')
      return isBody ? [outer!] : isScope(node) ? [node] : []
    }),
  ),
]

/** Every variable of a program whose names are all different. */
const readVariables = (code: string): Variable[] => {
  const program = parse(code)
  const found = new Map<string, Variable & { scope: Node; reach: Set<Node> }>()
  eachName(program, (identifier, isShort, around) => {
    const name = identifier.name as string
    const scopes = scopesAround(around)
    const index = scopes.findIndex((scope) => namesOfScope(scope).includes(name))
    // the browser's own
    if (index < 0) return
    const scope = scopes[index]!
    const variable = found.get(name) ?? {
      source: name.replace(/\$\$\d+$/, ''),
      places: [],
      rivals: [],
      scope,
      reach: new Set(),
    }
    variable.places.push([identifier, isShort])
    for (const inner of scopes.slice(0, index + 1)) variable.reach.add(inner)
    found.set(name, variable)
  })
  const sizes = Map.groupBy(found.values(), ({ scope }) => scope)
  const isInner = ({ scope }: { scope: Node }): number => +(sizes.get(scope)!.length < 20)
  // the crowded scope first: what is left is then much the same in all the others, which compresses
  const variables = [...found.values()].toSorted((a, b) => isInner(a) - isInner(b))
  for (const one of variables)
    one.rivals = variables.filter(
      (other) => other !== one && (other.reach.has(one.scope) || one.reach.has(other.scope)),
    )
  return variables
}

export interface Renaming {
  variables: Variable[]
  /** the program with these names */
  render(names: Map<Variable, string>): string
}

/** Takes a program's names off, for others to be put in their place. */
export const openNames = (source: string): Renaming => {
  const code = renameUniquely(source)
  const variables = readVariables(code)
  const places = variables
    .flatMap((variable) => variable.places.map(([{ start, end }, isShort]) => ({ variable, start, end, isShort })))
    .toSorted((a, b) => a.start - b.start)
  /** what stands before each place */
  const before = places.map(({ variable, start, isShort }, index) => {
    const text = code.slice(index ? places[index - 1]!.end : 0, start)
    return isShort ? `${text}${variable.source}:` : text
  })
  const rest = code.slice(places.at(-1)?.end ?? 0)
  const render = (names: Map<Variable, string>): string => {
    let text = ''
    for (const [index, { variable }] of places.entries()) text += before[index]! + names.get(variable)!
    return text + rest
  }
  return { variables, render }
}

/** The wanted names, where they are there and free, and the first free ones. */
export const chooseNames = (variables: Variable[], wanted: ShortNames): Map<Variable, string> => {
  const names = new Map<Variable, string>()
  const counts: Record<string, number> = {}
  const choose = (variable: Variable, name: string | undefined): void => {
    const taken = new Set(variable.rivals.map((rival) => names.get(rival)))
    if (name && !taken.has(name)) names.set(variable, name)
  }
  for (const variable of variables) {
    const count = counts[variable.source] ?? 0
    counts[variable.source] = count + 1
    choose(variable, Object.hasOwn(wanted, variable.source) ? wanted[variable.source]![count] : undefined)
  }
  for (const variable of variables)
    for (const name of candidates)
      if (names.has(variable)) break
      else choose(variable, name)
  return names
}

/** Names as they are kept for the next build. */
export const keepNames = (variables: Variable[], names: Map<Variable, string>): ShortNames => {
  const kept: ShortNames = {}
  for (const variable of variables) kept[variable.source] = [...(kept[variable.source] ?? []), names.get(variable)!]
  return kept
}
