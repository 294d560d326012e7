import { builtInIdentifierTypes, ok, type Result, refuse } from '@spartito/protocol'
import * as v from 'valibot'
import { conditionFaults } from './check-conditions.ts'
import type { Fault } from './fault.ts'
import { workspaceSchema } from './schema.ts'
import type { Workspace } from './workspace.ts'

const pathOf = (keys: readonly (string | number)[]): string =>
  keys.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key), '')

const shapeFaults = (issues: readonly v.BaseIssue<unknown>[]): Fault[] =>
  issues.map((issue) => {
    const path = pathOf((issue.path ?? []).map(({ key }) => key as string | number))
    if (issue.type === 'strict_object' && issue.expected === 'never')
      return { path, message: `${path} is not a setting: remove it, or mend its name` }
    if (issue.type === 'strict_object' && issue.received === 'undefined')
      return { path, message: `${path} is missing: add it` }
    if (issue.type === 'strict_object') return { path, message: `${path || 'the workspace'} must be an object` }
    if (issue.type === 'array') return { path, message: `${path} must be a list` }
    return { path, message: `${path} ${issue.message}` }
  })

const repeated = (values: readonly string[], pathTo: (index: number) => string, what: string): Fault[] =>
  values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [{ path: pathTo(index), message: `${pathTo(index)} repeats the ${what} "${value}": each needs its own` }],
  )

const unknownNames = (
  names: readonly string[],
  known: ReadonlySet<string>,
  pathTo: (index: number) => string,
  what: string,
): Fault[] =>
  names.flatMap((name, index) =>
    known.has(name)
      ? []
      : [
          {
            path: pathTo(index),
            message: `${pathTo(index)} names the ${what} "${name}", which the workspace does not define: it has ${[...known].join(', ') || 'none'}`,
          },
        ],
  )

const relationFaults = ({
  sources,
  purposes = [],
  identity,
  audiences = [],
  destinations = [],
}: Workspace): Fault[] => {
  const knownPurposes = new Set(purposes)
  const knownAudiences = new Set(audiences.map(({ id }) => id))
  const builtIn = new Map(builtInIdentifierTypes.map(({ type, class: itsClass }) => [type, itsClass]))
  const types = identity?.identifiers ?? []
  return [
    ...repeated(
      sources.map(({ id }) => id),
      (i) => `sources[${i}].id`,
      'id',
    ),
    ...repeated(
      sources.map(({ writeKey }) => writeKey),
      (i) => `sources[${i}].writeKey`,
      'write key',
    ),
    ...repeated(
      audiences.map(({ id }) => id),
      (i) => `audiences[${i}].id`,
      'id',
    ),
    ...repeated(
      destinations.map(({ id }) => id),
      (i) => `destinations[${i}].id`,
      'id',
    ),
    ...repeated(
      types.map(({ type }) => type),
      (i) => `identity.identifiers[${i}].type`,
      'type',
    ),
    ...types.flatMap(({ type, class: itsClass, from }, i) => {
      const path = `identity.identifiers[${i}]`
      const expected = builtIn.get(type)
      if (expected && expected !== itsClass)
        return [{ path: `${path}.class`, message: `${path}.class must be ${expected}: ${type} is built in` }]
      if (!expected && from === undefined)
        return [
          {
            path: `${path}.from`,
            message: `${path}.from is missing: say where events carry it, such as traits.${type}`,
          },
        ]
      return []
    }),
    ...sources.flatMap(({ kind, identityKeys, exposeTraits }, i) => [
      ...(kind === 'server' && (identityKeys ?? exposeTraits)
        ? [
            {
              path: `sources[${i}].${identityKeys ? 'identityKeys' : 'exposeTraits'}`,
              message: `sources[${i}].${identityKeys ? 'identityKeys' : 'exposeTraits'} is for browser sources: the secret key of a server vouches for all that it sends`,
            },
          ]
        : []),
      ...repeated(
        (identityKeys ?? []).map(({ kid }) => kid),
        (j) => `sources[${i}].identityKeys[${j}].kid`,
        'kid',
      ),
    ]),
    ...sources.flatMap(({ collect = [] }, i) =>
      unknownNames(collect, knownPurposes, (j) => `sources[${i}].collect[${j}]`, 'purpose'),
    ),
    ...audiences.flatMap(({ purposes: needed = [] }, i) =>
      unknownNames(needed, knownPurposes, (j) => `audiences[${i}].purposes[${j}]`, 'purpose'),
    ),
    ...destinations.flatMap((destination, i) => [
      ...unknownNames(destination.purposes, knownPurposes, (j) => `destinations[${i}].purposes[${j}]`, 'purpose'),
      ...(destination.audiences === '*'
        ? []
        : unknownNames(destination.audiences, knownAudiences, (j) => `destinations[${i}].audiences[${j}]`, 'audience')),
    ]),
    ...conditionFaults(audiences, {
      audiences: knownAudiences,
      purposes: knownPurposes,
      identifierTypes: new Set([...builtIn.keys(), ...types.map(({ type }) => type)]),
    }),
  ]
}

/** Checks a document as a whole: every fault is named by its path, and nothing of a faulty one is used (SPEC WS). */
export const checkWorkspace = (document: unknown): Result<Workspace, Fault[]> => {
  const shape = v.safeParse(workspaceSchema, document)
  if (!shape.success) return refuse(shapeFaults(shape.issues))
  const workspace = shape.output as unknown as Workspace
  const faults = relationFaults(workspace)
  return faults.length === 0 ? ok(workspace) : refuse(faults)
}

/** Secrets that a document holds as values: for development alone, since every administrator can read them (SPEC WS). */
export const bareSecrets = ({ sources }: Workspace): Fault[] =>
  sources.flatMap(({ identityKeys = [] }, i) =>
    identityKeys.flatMap((key, j) => {
      if (key.alg !== 'HS256' || typeof key.secret !== 'string') return []
      const path = `sources[${i}].identityKeys[${j}].secret`
      return [
        {
          path,
          message: `${path} holds a value, which is for development alone: name a Worker secret, {"env": "NAME"}`,
        },
      ]
    }),
  )
