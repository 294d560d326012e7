import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type AudienceDefinition, kindOf } from '@spartito/engine'
import { builtInIdentifierTypes, isObject } from '@spartito/protocol'
import { checkWorkspace, type Workspace } from '@spartito/workspace'
import { readWorkspace } from '../workspace-file/read-workspace.ts'

export interface AudienceToPreview {
  audience: AudienceDefinition
  /** it, and what it may name */
  audiences: ReadonlyMap<string, AudienceDefinition>
}

const defaultWorkspace = 'workspace.ts'

/** Every value that stands under a key, wherever. */
const valuesUnder = (json: unknown, key: string): string[] => {
  if (Array.isArray(json)) return json.flatMap((entry) => valuesUnder(entry, key))
  if (!isObject(json)) return []
  return Object.entries(json).flatMap(([name, value]) =>
    name === key && typeof value === 'string' ? [value] : valuesUnder(value, key),
  )
}

const builtIn = new Set<string>(builtInIdentifierTypes.map(({ type }) => type))
const contacts = ['email', 'phone']

/** A workspace of nothing but what a definition names itself, where none is given. */
const workspaceOf = (audience: { purposes?: readonly string[] }): Workspace =>
  ({
    sources: [{ id: 'preview', kind: 'server', writeKey: 'preview' }],
    purposes: [...new Set([...valuesUnder(audience, 'consent'), ...(audience.purposes ?? [])])],
    identity: {
      identifiers: [...new Set(valuesUnder(audience, 'identifier'))]
        .filter((type) => !builtIn.has(type))
        .map((type) => ({ type, class: contacts.includes(type) ? 'contact' : 'device', from: 'traits.preview' })),
    },
  }) as unknown as Workspace

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`)
  }
}

/** An audience of a file: a definition, or a condition alone. @throws Error that names each fault by its path in the file */
const ofFile = async (file: string, workspace: Workspace | undefined): Promise<AudienceToPreview> => {
  const document = await readJson(file)
  const isCondition = isObject(document) && !('when' in document) && kindOf(document) !== undefined
  const definition = {
    id: 'preview',
    ...(isCondition ? { when: document } : (document as object)),
  } as AudienceDefinition
  const base = workspace ?? workspaceOf(definition)
  const others = (base.audiences ?? []).filter(({ id }) => id !== definition.id)
  const checked = checkWorkspace({ ...base, audiences: [definition, ...others] })
  if (!checked.ok) {
    const faults = checked.error.map(
      ({ message }) =>
        `  ${message.replaceAll(/audiences\[0\]\.(when\.)?/g, (_, when) => (isCondition ? '' : (when ?? '')))}`,
    )
    throw new Error(`${file} is no sound audience:\n${faults.join('\n')}`)
  }
  return { audience: definition, audiences: new Map([definition, ...others].map((each) => [each.id, each])) }
}

/**
 * The audience that somebody wants to preview.
 *
 * @param from a JSON file, or the id of an audience of the workspace
 * @param workspace a file or a collector's address; `workspace.ts` when left out, if there is one
 * @throws Error that says what to do
 */
export const readAudience = async (
  from: string,
  workspace: string | undefined,
  tokenEnv: string,
): Promise<AudienceToPreview> => {
  const place = workspace ?? (existsSync(defaultWorkspace) ? defaultWorkspace : undefined)
  const isFile = existsSync(from)
  if (!isFile && place === undefined)
    throw new Error(`there is no file ${from}; for an audience of a workspace name that by --workspace`)
  const known = place === undefined ? undefined : await readWorkspace(place, tokenEnv)
  if (isFile) return ofFile(from, known)
  const audiences = new Map((known!.audiences ?? []).map((audience) => [audience.id, audience]))
  const audience = audiences.get(from)
  if (!audience)
    throw new Error(
      `there is no file ${from}, and ${place} has no such audience: it has ${[...audiences.keys()].join(', ') || 'none'}`,
    )
  return { audience, audiences }
}
