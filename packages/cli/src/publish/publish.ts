import { type PublishedWorkspace, type SweepScope, sweepScope, workspaceWarnings } from '@spartito/workspace'
import { askAdministration } from '../collector/administration.ts'
import { readWorkspace } from '../workspace-file/read-workspace.ts'
import { changeText, workspaceChanges } from './workspace-changes.ts'

export interface PublishFlags {
  to: string
  tokenEnv: string
  ifVersion?: number
  dryRun: boolean
  json: boolean
}

/** Whom the sweep of a new version visits (SPEC AU5). */
const sweepText = (scope: SweepScope): string => {
  if (scope === 'none') return 'No profile can differ by it, so none is visited.'
  if (scope === 'all') return 'Then every profile is visited that the roster knows, also those that send nothing.'
  return `Then the members of ${scope.membersOf.join(', ')} are visited, also those that send nothing.`
}

const lostUpdate = (edited: number | undefined, from: string, to: string): string =>
  [
    `another version was published ${edited === undefined ? 'in this moment' : `since version ${edited}`}, so nothing was: its changes would be lost.`,
    `See what it has with: spartito publish ${from} --to ${to} --dry-run`,
    `Take it over into ${from}, then publish again.`,
  ].join('\n')

/**
 * Publishes a workspace, unless it has faults or another version has come in between.
 *
 * @throws Error that says what to do
 */
export const publish = async (from: string, flags: PublishFlags): Promise<void> => {
  const { to, tokenEnv, ifVersion, dryRun, json } = flags
  const workspace = await readWorkspace(from, tokenEnv)
  const ask = askAdministration(to, tokenEnv, dryRun ? 'read' : 'write')
  const current = (await (await ask('/admin/workspace')).json()) as PublishedWorkspace
  const changes = workspaceChanges(current.workspace, workspace)
  const warnings = workspaceWarnings(workspace)
  const scope = sweepScope(current.workspace, workspace)
  const say = (line: string): void => {
    if (!json) console.log(line)
  }

  for (const { message } of warnings) if (!json) console.error(`warning: ${message}`)
  say(
    changes.length === 0
      ? `Nothing differs from version ${current.version}.`
      : `Changes to version ${current.version}:`,
  )
  for (const change of changes) say(`  ${changeText(change)}`)
  if (ifVersion !== undefined && ifVersion !== current.version) throw new Error(lostUpdate(ifVersion, from, to))
  if (dryRun || changes.length === 0) {
    if (dryRun) say('Nothing was published.')
    if (json)
      console.log(JSON.stringify({ version: current.version, isPublished: false, changes, warnings, sweep: scope }))
    return
  }

  const response = await ask(
    '/admin/workspace',
    {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-match': `"${current.version}"` },
      body: JSON.stringify(workspace),
    },
    { understands: [400, 412] },
  )
  if (response.status === 412) throw new Error(lostUpdate(undefined, from, to))
  const answer = (await response.json()) as { version: number; activeWithinMs: number } & {
    faults?: { message: string }[]
    message: string
  }
  if (!response.ok) {
    const faults = answer.faults?.map(({ message }) => message) ?? [answer.message]
    throw new Error(
      `the collector refuses it, and version ${current.version} stays:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
  }
  const { version, activeWithinMs } = answer
  if (json) {
    console.log(JSON.stringify({ version, isPublished: true, activeWithinMs, changes, warnings, sweep: scope }))
    return
  }
  const until = new Date(Date.now() + activeWithinMs).toLocaleTimeString()
  say(
    `Version ${version} is published. Every isolate has it within ${activeWithinMs / 1_000} s, at ${until} at the latest.`,
  )
  say(sweepText(scope))
}
