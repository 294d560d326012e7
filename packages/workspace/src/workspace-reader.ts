import { type CompiledWorkspace, compileWorkspace } from './compile.ts'
import type { PublishedWorkspace } from './workspace.ts'

export interface WorkspaceSources {
  /** the published document, near and perhaps a little old; null when none was published */
  near(): Promise<PublishedWorkspace | null>
  /** the published document from where it is kept, exact */
  exact(): Promise<PublishedWorkspace | null>
  /** how long a workspace is used before a newer one is looked for, in ms */
  maxAgeMs: number
}

/**
 * Reads the workspace for one isolate: compiled once per version, looked for again when older than `maxAgeMs`; the
 * last good one serves on while the store is out of reach, and an isolate never goes back to an older one.
 *
 * @param builtIn what runs until a workspace is published
 * @returns a function of its sources, the collector's clock, and a version that the caller has used already
 * @throws what `near` throws, when nothing was ever read
 */
export const createWorkspaceReader = (builtIn: PublishedWorkspace) => {
  let current: CompiledWorkspace | undefined
  let readAt = 0

  const use = (published: PublishedWorkspace): CompiledWorkspace => {
    if (!current || published.version > current.version) current = compileWorkspace(published)
    return current
  }

  const read = async (sources: WorkspaceSources, now: number): Promise<void> => {
    try {
      use((await sources.near()) ?? builtIn)
    } catch (error) {
      if (!current) throw error
      console.error(JSON.stringify({ at: 'workspace.read', error: String(error) }))
    } finally {
      readAt = Math.max(readAt, now)
    }
  }

  return async (sources: WorkspaceSources, now: number, atLeast = 0): Promise<CompiledWorkspace> => {
    // Each caller reads for itself, also when another is about to: that one may be reset, and its promise never ends then.
    if (!current || now - readAt >= sources.maxAgeMs) await read(sources, now)
    if (current!.version >= atLeast) return current!
    const exact = await sources.exact()
    return exact ? use(exact) : current!
  }
}
