import { readdirSync, readFileSync } from 'node:fs'

/** Signals every process of a group, or asks with 0 whether it has any. @returns whether it has one */
export const signalGroup = (group: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** The fields of `/proc/<pid>/stat` behind the name, which may hold anything: state, parent, group, … */
const statOf = (pid: string): string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    // It has ended since it was listed.
    return []
  }
}

/**
 * Whether a process of the group still runs. A killed one that nobody has reaped yet is listed, perhaps for ever, and holds
 * neither a port nor a file: where `/proc` tells, it does not count.
 */
export const groupRuns = (group: number): boolean => {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false
    const [state, , of] = statOf(pid)
    return of === String(group) && state !== 'Z' && state !== 'X'
  })
}
