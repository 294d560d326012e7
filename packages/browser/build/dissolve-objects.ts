import { applyEdits, type Edit, eachName, findChanged, isWritten, type Node, parse } from './names.ts'

interface Members {
  /** what each key becomes */
  variables: Map<string, string>
  /** declares those that are no variables yet */
  lets: string
}

/** The members of `const name = { a: b }`, when that is where the identifier is declared. */
const readMembers = (
  code: string,
  identifier: Node,
  [declarator, statement]: Node[],
  changed: Set<string>,
): Members | undefined => {
  const object = declarator?.init as Node | null | undefined
  if (declarator?.id !== identifier || object?.type !== 'ObjectExpression') return undefined
  const properties = object.properties as { key?: Node; value?: Node; computed?: boolean; method?: boolean }[]
  const variables = new Map<string, string>()
  let lets = ''
  for (const { key, value, computed, method } of properties) {
    if (key?.type !== 'Identifier' || !value || computed || method) return undefined
    const name = key.name as string
    if (value.type === 'Identifier' && !changed.has(value.name as string)) variables.set(name, value.name as string)
    else {
      const variable = `${identifier.name}$${name}`
      variables.set(name, variable)
      lets += `let ${variable} = ${code.slice(value.start, value.end)};\n`
    }
  }
  return lets && (statement!.declarations as Node[]).length > 1 ? undefined : { variables, lets }
}

/** Takes one object apart, or gives the program back as it is. */
const dissolve = (code: string): string => {
  const uses = new Map<string, [identifier: Node, around: Node[]][]>()
  const program = parse(code)
  const changed = findChanged(program)
  eachName(program, (identifier, _isShort, around) => {
    const name = identifier.name as string
    uses.set(name, [...(uses.get(name) ?? []), [identifier, around]])
  })
  for (const all of uses.values())
    for (const [declared, around] of all) {
      const members = readMembers(code, declared, around, changed)
      if (!members) continue
      const edits = all.map(([identifier, [parent, outer]]): Edit | undefined => {
        if (identifier === declared) return [around[1]!.start, around[1]!.end, members.lets]
        if (parent?.type !== 'MemberExpression' || parent.computed || isWritten(parent, outer)) return undefined
        const variable = members.variables.get((parent.property as Node).name as string)
        return variable === undefined ? undefined : [parent.start, parent.end, variable]
      })
      if (!edits.includes(undefined)) return applyEdits(code, edits as Edit[])
    }
  return code
}

/**
 * Takes apart objects that are only looked into: `const a = { b: c }` goes, and `a.b` becomes `c`, or a variable of its
 * own where `c` is no variable or one that changes: the object would have kept its first value.
 *
 * @param code with names that are all different (`renameUniquely`)
 */
export const dissolveObjects = (code: string): string => {
  const next = dissolve(code)
  return next === code ? code : dissolveObjects(next)
}
