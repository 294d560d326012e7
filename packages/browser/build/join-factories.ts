import { dissolveObjects } from './dissolve-objects.ts'
import { applyEdits, children, type Edit, eachName, findChanged, type Node, parse, renameUniquely } from './names.ts'

/** `const name = (…) => { … return … }` at the top of the program, called as `const variable = name(…)`. */
interface Factory {
  name: string
  declaration: Node
  params: Node[]
  body: Node[]
}

/** Whether a statement may end the function that it is in: joined into its caller, it would end that. */
const mayReturn = (node: Node): boolean =>
  node.type === 'ReturnStatement' || (!/Function/.test(node.type) && children(node).some(mayReturn))

const readFactory = (declaration: Node): Factory | undefined => {
  if (declaration.type !== 'VariableDeclaration') return undefined
  const { id, init } = (declaration.declarations as Node[])[0] as unknown as { id: Node; init: Node | null }
  if (init?.type !== 'ArrowFunctionExpression' || init.async) return undefined
  const block = init.body as Node
  const params = init.params as Node[]
  if (block.type !== 'BlockStatement' || params.some((param) => param.type !== 'Identifier')) return undefined
  const body = block.body as Node[]
  if (body.slice(0, -1).some(mayReturn)) return undefined
  const [last] = body.slice(-1)
  const result = last?.type === 'ReturnStatement' ? (last.argument as Node | null) : undefined
  if (result?.type !== 'ObjectExpression' && result?.type !== 'Identifier') return undefined
  return { name: id.name as string, declaration, params, body }
}

/** The one call, if it is the value of a constant in a block, by one name. */
const findCall = (program: Node, factory: string): Node | undefined => {
  let uses = 0
  let call: Node | undefined
  eachName(program, ({ name }, _isShort, [parent, declarator, statement, block]) => {
    if (name !== factory) return
    uses++
    const isValue = parent?.type === 'CallExpression' && declarator?.type === 'VariableDeclarator'
    const hasName = (declarator?.id as Node | undefined)?.type === 'Identifier'
    if (isValue && hasName && (block?.type === 'BlockStatement' || block?.type === 'Program')) call = statement
  })
  return uses === 2 ? call : undefined
}

/** The factory's statements for the place of its call. */
const inline = (code: string, { params, body }: Factory, call: Node, changed: Set<string>): string => {
  const { id, init } = (call.declarations as Node[])[0] as unknown as { id: Node; init: Node }
  const variable = id.name as string
  const input = init.arguments as Node[]
  const renamed = new Map<string, string>()
  let text = ''
  for (const [index, param] of params.entries()) {
    const given = input[index]
    const name = param.name as string
    if (given?.type === 'Identifier' && !changed.has(name) && !changed.has(given.name as string))
      renamed.set(name, given.name as string)
    else text += `let ${name} = ${given ? code.slice(given.start, given.end) : 'undefined'};\n`
  }
  const last = body.at(-1)!
  const result = last.argument as Node
  // What is returned by name becomes the variable; a returned object is left for terser, which takes it apart.
  if (result.type === 'Identifier') renamed.set(result.name as string, variable)
  const edits: Edit[] = []
  for (const part of body)
    eachName(part, (identifier, isShort) => {
      const name = identifier.name as string
      const next = renamed.get(name)
      if (next) edits.push([identifier.start, identifier.end, isShort ? `${name}: ${next}` : next])
    })
  const end = result.type === 'Identifier' ? last.start : last.end
  const within = edits.filter(([at]) => at < end)
  if (result.type === 'ObjectExpression') within.push([last.start, result.start, `const ${variable} = `])
  return `${text + applyEdits(code, within, body[0]!.start, end)};`
}

/**
 * Joins every factory that is called once into its caller, so that what closures hand to each other is no longer
 * passed, returned and looked up: the source keeps a file for each idea, the tag has one scope. Worth 9 % of its bytes.
 *
 * @returns the program with the same effects in the same order
 */
export const joinFactories = (code: string): string => {
  let joined = renameUniquely(code)
  for (;;) {
    const program = parse(joined)
    const next = (program.body as Node[])
      .map(readFactory)
      .map((factory) => ({ factory, call: factory && findCall(program, factory.name) }))
      .find(({ call }) => call)
    if (!next?.factory || !next.call) break
    const { factory, call } = next
    joined = applyEdits(joined, [
      [factory.declaration.start, factory.declaration.end, ''],
      [call.start, call.end, inline(joined, factory, call, findChanged(program))],
    ])
  }
  return dissolveObjects(joined)
}
