import { applyEdits, type Edit, looksAtThis, type Node, parse } from './names.ts'

/**
 * Declares with an arrow what a module declares by `function`, so that it can be joined to its caller. Only for modules that call
 * none of them while they load, and construct none.
 */
export const arrowForFunction = (code: string): string => {
  const edits = (parse(code).body as Node[])
    .filter(({ type, async, generator }) => type === 'FunctionDeclaration' && !async && !generator)
    .filter((node) => !looksAtThis(node))
    .flatMap(({ start, end, id, body }): Edit[] => [
      [start, (id as Node).end, `const ${(id as Node).name} = `],
      [(body as Node).start, (body as Node).start, '=> '],
      [end, end, ';'],
    ])
  return applyEdits(code, edits)
}
