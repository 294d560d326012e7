import { parseAst } from 'rollup/parseAst'

/** An ESTree node, as far as the build looks. */
export interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export type Edit = [start: number, end: number, text: string]

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

export const parse = (code: string): Node => parseAst(code) as unknown as Node

export const children = (node: Node): Node[] => Object.values(node).flat().filter(isNode)

export const applyEdits = (code: string, edits: Edit[], start = 0, end = code.length): string => {
  let text = ''
  let at = start
  for (const [from, to, replacement] of edits.toSorted((a, b) => a[0] - b[0])) {
    text += code.slice(at, from) + replacement
    at = to
  }
  return text + code.slice(at, end)
}

/**
 * Calls back for each identifier that names a variable, with the nodes around it, innermost first.
 * `isShort` when it is the key of `{ name }` as well.
 */
export const eachName = (
  node: Node,
  visit: (name: Node, isShort: boolean, around: Node[]) => void,
  isShort = false,
  around: Node[] = [],
): void => {
  const go = (child: unknown, short = false): void => {
    if (isNode(child)) eachName(child, visit, short, [node, ...around])
  }
  if (node.type === 'Identifier') visit(node, isShort, around)
  else if (node.type === 'MemberExpression' && !node.computed) go(node.object)
  else if (node.type === 'ExportSpecifier') go(node.local)
  else if (node.type === 'Property') {
    if (node.computed) go(node.key)
    go(node.value, node.shorthand === true)
  } else if (node.type === 'AssignmentPattern') {
    go(node.left, isShort)
    go(node.right)
  } else for (const child of children(node)) go(child)
}

/** Whether an identifier or a member, given what is around it, is written to. */
export const isWritten = (node: Node | undefined, parent: Node | undefined): boolean =>
  (parent?.left === node && !/Binary|Logical/.test(parent!.type)) || parent?.type === 'UpdateExpression'

/** The variables that are assigned after their declaration. */
export const findChanged = (program: Node): Set<string> => {
  const changed = new Set<string>()
  eachName(program, (identifier, _isShort, around) => {
    // a pattern writes to all that it names
    const at = around.findIndex(({ type }) => !/Pattern|Property|Rest/.test(type))
    if (isWritten(around[at - 1] ?? identifier, around[at])) changed.add(identifier.name as string)
  })
  return changed
}

/** The names that a pattern binds. */
const boundNames = (pattern: Node): string[] => {
  if (pattern.type === 'Identifier') return [pattern.name as string]
  if (pattern.type === 'AssignmentPattern') return boundNames(pattern.left as Node)
  if (pattern.type === 'Property') return boundNames(pattern.value as Node)
  return children(pattern).flatMap(boundNames)
}

/** The names that statements declare for the block they are in. */
export const declaredBy = (statements: Node[]): string[] =>
  statements.flatMap((statement) => {
    if (statement.type === 'FunctionDeclaration') return boundNames(statement.id as Node)
    if (statement.type !== 'VariableDeclaration') return []
    return (statement.declarations as Node[]).flatMap((declarator) => boundNames(declarator.id as Node))
  })

export const isScope = ({ type }: Node): boolean => /Program|BlockStatement|CatchClause|Function|^For/.test(type)

/** The names that a node's own scope holds. */
const scopeOf = (node: Node): string[] => {
  if (node.type === 'BlockStatement') return declaredBy(node.body as Node[])
  if (node.type.startsWith('For')) return declaredBy([node.init, node.left].filter(isNode))
  if (node.type === 'CatchClause') return isNode(node.param) ? boundNames(node.param) : []
  return /Function/.test(node.type) ? (node.params as Node[]).flatMap(boundNames) : []
}

/** The names of a scope, with those of a function's or a catch's block, whatever they are called. */
export const namesOfScope = (node: Node): string[] => {
  const block = node.body as Node | undefined
  const inner = /Function|Catch/.test(node.type) && block?.type === 'BlockStatement' ? scopeOf(block) : []
  return node.type === 'Program' ? declaredBy(node.body as Node[]) : [...scopeOf(node), ...inner]
}

/** Gives every variable inside functions and blocks a name that nothing else in the program has. */
export const renameUniquely = (code: string): string => {
  const names = new Map<Node, Map<string, string>>()
  const edits: Edit[] = []
  let count = 0
  eachName(parse(code), (identifier, isShort, around) => {
    const name = identifier.name as string
    for (const node of around) {
      if (!names.has(node)) names.set(node, new Map(scopeOf(node).map((own) => [own, `${own}$$${count++}`])))
      const unique = names.get(node)!.get(name)
      if (!unique) continue
      edits.push([identifier.start, identifier.end, isShort ? `${name}: ${unique}` : unique])
      break
    }
  })
  return applyEdits(code, edits)
}
