import { applyEdits, children, type Edit, type Node, parse } from './names.ts'

/** Declares with `let` what was declared with `const`: shorter, and checked already. */
export const letForConst = (code: string): string => {
  const edits: Edit[] = []
  const visit = (node: Node): void => {
    if (node.kind === 'const') edits.push([node.start, node.start + 'const'.length, 'let'])
    children(node).forEach(visit)
  }
  visit(parse(code))
  return applyEdits(code, edits)
}
