import type { LakeFile } from '@spartito/lake'

/**
 * The files of some messages. One that no file can hold would hold up the others for ever: it is left out, and named.
 *
 * @param filesOf throws when a message has a value that no column holds
 * @param refused is told of each that is left out, and why
 */
export const makeFiles = async <T>(
  messages: readonly T[],
  filesOf: (messages: readonly T[]) => LakeFile[],
  refused: (message: T, error: unknown) => Promise<void>,
): Promise<{ files: LakeFile[]; left: Set<T> }> => {
  try {
    return { files: filesOf(messages), left: new Set() }
  } catch {
    // Which one it was is found by trying each alone.
    const left = new Set<T>()
    for (const message of messages)
      try {
        filesOf([message])
      } catch (error) {
        await refused(message, error)
        left.add(message)
      }
    return { files: filesOf(messages.filter((message) => !left.has(message))), left }
  }
}
