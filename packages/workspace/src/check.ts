import { builtInIdentifierTypes, type IdentifierType, ok, type Result, refuse } from '@spartito/protocol'
import * as v from 'valibot'
import { conditionFaults } from './check-conditions.ts'
import { destinationFaults } from './check-destinations.ts'
import { transformationFaults } from './check-transformations.ts'
import type { Fault } from './fault.ts'
import { workspaceSchema } from './schema.ts'
import type { Workspace } from './workspace.ts'

/** A step of a path: names of events may hold spaces and dots, so what is no word stands in brackets. */
const stepOf = (key: string | number): string =>
  typeof key === 'string' && /^[\w$-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`

const pathOf = (keys: readonly (string | number)[]): string => keys.map(stepOf).join('').replace(/^\./, '')

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

/** The types that are contacts in every workspace: their values have a form of their own (ID1), and people share them. */
const contactTypes = ['email', 'phone']

/** What an identifier type says of itself does not fit its name. */
const identifierFaults = ({ type, class: itsClass, from, country }: IdentifierType, path: string): Fault[] => {
  const builtIn = builtInIdentifierTypes.find((known) => known.type === type)
  const fault = (field: string, says: string): Fault => ({
    path: `${path}.${field}`,
    message: `${path}.${field} ${says}`,
  })
  const faults: Fault[] = []
  if (builtIn && builtIn.class !== itsClass)
    faults.push(fault('class', `must be ${builtIn.class}: ${type} is built in`))
  if (contactTypes.includes(type) && itsClass !== 'contact')
    faults.push(
      fault('class', `must be contact: several may share one ${type}; name the type otherwise if nobody does`),
    )
  if (!builtIn && from === undefined)
    faults.push(fault('from', `is missing: say where events carry it, such as traits.${type}`))
  if (country !== undefined && type !== 'phone') faults.push(fault('country', 'is for the type phone alone: remove it'))
  return faults
}

const relationFaults = ({
  sources,
  purposes = [],
  identity,
  audiences = [],
  destinations = [],
}: Workspace): Fault[] => {
  const knownPurposes = new Set(purposes)
  const knownAudiences = new Set(audiences.map(({ id }) => id))
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
    ...types.flatMap((type, i) => identifierFaults(type, `identity.identifiers[${i}]`)),
    ...sources.flatMap(({ kind, consent }, i) =>
      kind === 'server' && consent?.byRegion
        ? [
            {
              path: `sources[${i}].consent.byRegion`,
              message: `sources[${i}].consent.byRegion is for browser sources: a server is not where its visitors are`,
            },
          ]
        : [],
    ),
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
    ...sources.flatMap(({ consent }, i) =>
      Object.entries(consent?.names ?? {}).flatMap(([name, purpose]) =>
        unknownNames([purpose], knownPurposes, () => `sources[${i}].consent.names[${JSON.stringify(name)}]`, 'purpose'),
      ),
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
    ...destinationFaults(destinations, knownAudiences),
    ...conditionFaults(audiences, {
      audiences: knownAudiences,
      purposes: knownPurposes,
      identifierTypes: new Set([...builtInIdentifierTypes, ...types].map(({ type }) => type)),
    }),
  ]
}

/** Checks a document as a whole: every fault is named by its path, and nothing of a faulty one is used (SPEC WS). */
export const checkWorkspace = (document: unknown): Result<Workspace, Fault[]> => {
  const shape = v.safeParse(workspaceSchema, document)
  if (!shape.success) return refuse(shapeFaults(shape.issues))
  const workspace = shape.output as unknown as Workspace
  const faults = [...relationFaults(workspace), ...transformationFaults(workspace)]
  return faults.length === 0 ? ok(workspace) : refuse(faults)
}
