import type { Leaf } from '../leaf.ts'

/** `{"identifier", "exists"}`: whether the profile has one of the type. */
export const compileIdentifier = (condition: { identifier: string; exists: boolean }, key: string): Leaf => ({
  key,
  condition,
  inputs: [`identifier:${condition.identifier}`],
  atBirth: undefined,
  judge: ({ identifierTypes }) => ({
    holds: identifierTypes.has(condition.identifier) === condition.exists,
    next: undefined,
  }),
  show: ({ identifierTypes }) => ({ exists: identifierTypes.has(condition.identifier) }),
})
