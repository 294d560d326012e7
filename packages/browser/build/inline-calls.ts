import { applyEdits, children, declaredBy, type Edit, eachName, findChanged, type Node, parse } from './names.ts'

/** `const name = (…) => …`, and the calls that are all there is of its name elsewhere. */
interface Callable {
  declaration: Node
  params: string[]
  body: Node
  uses: { call: Node; around: Node[] }[]
}

/** Every function that is a constant, takes plain parameters, does not wait, and is called wherever it is named. */
const findCallables = (program: Node, changed: Set<string>): Callable[] => {
  const callables = new Map<string, Callable>()
  const spoilt = new Set(changed)
  eachName(program, (identifier, _isShort, around) => {
    const [parent, declaration] = around
    if (parent?.type !== 'VariableDeclarator' || parent.id !== identifier) return
    const init = parent.init as Node | null
    if (init?.type !== 'ArrowFunctionExpression' || init.async) return
    const params = init.params as Node[]
    if ((declaration!.declarations as Node[]).length > 1 || params.some(({ type }) => type !== 'Identifier')) return
    callables.set(identifier.name as string, {
      declaration: declaration!,
      params: params.map(({ name }) => name as string),
      body: init.body as Node,
      uses: [],
    })
  })
  eachName(program, (identifier, _isShort, around) => {
    const name = identifier.name as string
    const callable = callables.get(name)
    const [call, ...outer] = around
    if (!callable || around.includes(callable.declaration)) {
      // its own declaration; or a call of itself
      if (callable && call?.type !== 'VariableDeclarator') spoilt.add(name)
    } else if (call?.type === 'CallExpression' && call.callee === identifier && !call.optional)
      callable.uses.push({ call, around: outer })
    else spoilt.add(name)
  })
  return [...callables].filter(([name]) => !spoilt.has(name)).map(([, callable]) => callable)
}

/** The `return`s of a function's body. */
const returnsOf = (node: Node): Node[] =>
  node.type === 'ReturnStatement' ? [node] : /Function/.test(node.type) ? [] : children(node).flatMap(returnsOf)

/** Whether a function's body has a name once, and not for later. */
const isNamedOnce = (body: Node, name: string): boolean => {
  const places: Node[][] = []
  eachName(body, (identifier, _isShort, around) => {
    if (identifier.name === name) places.push(around)
  })
  return places.length === 1 && !places[0]!.some(({ type }) => /Function/.test(type))
}

/**
 * What stands for each parameter: what was given, when that is the same whenever and however often it is looked at.
 * The others are declared in front.
 */
const bind = (code: string, { params, body }: Callable, given: Node[], changed: Set<string>) => {
  const stands = new Map<string, string>()
  let lets = ''
  for (const [index, name] of params.entries()) {
    const input = given[index]
    const text = input ? code.slice(input.start, input.end) : 'undefined'
    const isSteady =
      !input ||
      input.type === 'Literal' ||
      (input.type === 'Identifier' && !changed.has(input.name as string)) ||
      // the browser's own, such as `location.search`
      (/^(location|document|navigator)\.\w+$/.test(text) && isNamedOnce(body, name))
    if (isSteady && !changed.has(name)) stands.set(name, text)
    else lets += `let ${name} = ${text};\n`
  }
  return { stands, lets }
}

/** Puts what stands for names in their places. */
const substitute = (node: Node, stands: Map<string, string>): Edit[] => {
  const edits: Edit[] = []
  eachName(node, (identifier, isShort) => {
    const name = identifier.name as string
    const text = stands.get(name)
    if (text !== undefined) edits.push([identifier.start, identifier.end, isShort ? `${name}: ${text}` : text])
  })
  return edits
}

/** Whether a function hands on what it is given: `(a, b) => f(a, b)`. */
const isHandOver = ({ params, body }: Callable): boolean =>
  body.type === 'CallExpression' &&
  (body.callee as Node).type === 'Identifier' &&
  params.length > 0 &&
  `${(body.arguments as Node[]).map(({ type, name }) => type === 'Identifier' && name)}` === `${params}`

/** Whether statements stand in it one after another. */
const isList = (node: Node | undefined): boolean => /Block|Program/.test(node?.type ?? '')

/** Whether a value is only looked up: nothing happens when it is not. */
const isRead = (node: Node): boolean =>
  node.type === 'MemberExpression'
    ? !node.computed && isRead(node.object as Node)
    : /Identifier|Literal/.test(node.type)

/** What the call's place becomes; undefined where it has to stay a call. */
const replace = (
  code: string,
  callable: Callable,
  { call, around }: Callable['uses'][number],
  changed: Set<string>,
): Edit | undefined => {
  const { params, body } = callable
  const given = call.arguments as Node[]
  if (given.some(({ type }) => type === 'SpreadElement') || !given.slice(params.length).every(isRead)) return undefined
  const { lets, stands } = bind(code, callable, given, changed)
  const text = (start = body.start, end = body.end): string =>
    applyEdits(
      code,
      substitute(body, stands).filter(([at]) => at >= start && at < end),
      start,
      end,
    )
  if (body.type !== 'BlockStatement') {
    if (!lets) return [call.start, call.end, `(${text()})`]
    const callee = body.callee as Node
    return isHandOver(callable)
      ? [call.start, (call.callee as Node).end, code.slice(callee.start, callee.end)]
      : undefined
  }
  const [parent, statement, block] = around
  const statements = body.body as Node[]
  const returns = returnsOf(body)
  if (parent?.type === 'ExpressionStatement' && !returns[0]) {
    const inner = `${lets}${text(body.start + 1, body.end - 1)};`
    return [parent.start, parent.end, isList(statement) ? inner : `{${inner}}`]
  }
  const [last] = statements.slice(-1)
  const result = last?.argument as Node | null | undefined
  if (!isList(block) || !last || returns.length !== 1 || returns[0] !== last || !result) return undefined
  const inner = (): string => `${lets}${text(body.start + 1, last.start)};`
  const isSet =
    parent?.type === 'AssignmentExpression' && parent.operator === '=' && (parent.left as Node).type === 'Identifier'
  if (isSet && statement!.type === 'ExpressionStatement')
    return [
      statement!.start,
      statement!.end,
      `${inner()}${code.slice(parent.start, call.start)}${text(result.start, result.end)};`,
    ]
  if (parent?.type !== 'VariableDeclarator' || (statement!.declarations as Node[]).length > 1) return undefined
  const id = parent.id as Node
  // what is returned by its name becomes the variable
  if (id.type === 'Identifier' && declaredBy(statements).includes(result.name as string)) {
    stands.set(result.name as string, id.name as string)
    return [statement!.start, statement!.end, inner()]
  }
  const value = `let ${code.slice(id.start, id.end)} = ${text(result.start, result.end)};`
  return [statement!.start, statement!.end, `${inner()}\n${value}`]
}

/**
 * Puts the body of every function that is called once in the place of its call, and the variable in the place of a
 * function that does no more than read it. terser leaves those with arguments as functions that are called where they
 * stand.
 *
 * @param code with names that are all different (`renameUniquely`)
 */
export const inlineCalls = (code: string): string => {
  const program = parse(code)
  const changed = findChanged(program)
  for (const callable of findCallables(program, changed)) {
    const { declaration, params, body, uses } = callable
    const isReader = body.type === 'Identifier' && !params[0]
    if (uses.length !== 1 && !(isReader && uses[0])) continue
    const edits = uses.map((use) => replace(code, callable, use, changed))
    if (!edits.includes(undefined))
      return inlineCalls(applyEdits(code, [...(edits as Edit[]), [declaration.start, declaration.end, '']]))
  }
  return code
}
