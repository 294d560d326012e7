import { readdir, readFile } from 'node:fs/promises'

/** Memory of the workerd that a process has started, in MB; NaN where there is no /proc. */
export const readWorkerdMb = async (parent: number): Promise<number> => {
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    // It may end while the list is read.
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const isOurs = status.startsWith('Name:\tworkerd') && new RegExp(`^PPid:\\t${parent}$`, 'm').test(status)
    if (isOurs) return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024
  }
  return Number.NaN
}
