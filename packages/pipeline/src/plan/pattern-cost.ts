import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { limits } from '@spartito/protocol'

/** Ways through a pattern that a text may have: each costs a step or so, and 4 million take some 20 ms. */
const maxWays = 4_000_000

type Node = AST.Alternative | AST.Element | AST.QuantifiableElement

/** A pattern that cannot be bounded, or is not meant for texts of clients. */
class Refused extends Error {}

const waysOfAll = (alternatives: readonly AST.Alternative[], length: number): number =>
  alternatives.reduce((sum, { elements }) => sum + elements.reduce((ways, node) => ways * waysOf(node, length), 1), 0)

/** How many ways the engine may try at one place, at most: it goes back to every choice, and a choice within a choice multiplies. */
const waysOf = (node: Node, length: number): number => {
  switch (node.type) {
    case 'Group':
    case 'CapturingGroup':
      return waysOfAll(node.alternatives, length)
    case 'Quantifier': {
      const inner = waysOf(node.element, length)
      const most = Math.min(node.max, length)
      const choices = most - Math.min(node.min, most) + 1
      return inner === 1 ? choices : choices * inner ** most
    }
    case 'Assertion':
      if (node.kind === 'lookahead' || node.kind === 'lookbehind')
        throw new Refused('looks ahead or behind, which is not available')
      return 1
    case 'Backreference':
      throw new Refused('refers back to a group, which is not available')
    default:
      return 1
  }
}

const isAnchored = ({ elements: [first] }: AST.Alternative): boolean =>
  first?.type === 'Assertion' && first.kind === 'start'

/**
 * Why a pattern may not meet the texts of clients; undefined when it may. What a pattern may cost at most is counted, so a sound one
 * takes milliseconds with any text that an event can hold.
 *
 * @param length of the longest text that it can meet, in UTF-16 units
 */
export const patternFault = (pattern: string, length: number = limits.eventBytes): string | undefined => {
  try {
    const { alternatives } = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(pattern, 0, pattern.length, {
      unicode: true,
    })
    const starts = alternatives.every(isAnchored) ? 1 : length
    if (starts * waysOfAll(alternatives, length) <= maxWays) return undefined
    return `could take too long with a hostile text: begin it with ^, and bound what repeats, as in {1,64} instead of +`
  } catch (error) {
    if (error instanceof Refused) return error.message
    return `is no regular expression: ${(error as Error).message}`
  }
}
