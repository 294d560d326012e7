import { readdir, readFile } from 'node:fs/promises'
import { sum } from './statistics.ts'

/** Seconds of processor time that a process and all below it have used, and what they have written. */
export interface Cpu {
  total: number
  /** of the workerd among them */
  workerd: number
  /** bytes that the workerd has written, to files and sockets; NaN where the system does not count them */
  writtenBytes: number
}

/** What `/proc` counts in, on every Linux that Node runs on. */
const ticksPerSecond = 100

interface Process {
  pid: number
  parent: number
  name: string
  ticks: number
}

const readProcess = async (pid: string): Promise<Process | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name is in parentheses and may hold spaces and parentheses itself: fields are counted from its end.
    const end = stat.lastIndexOf(')')
    const fields = stat.slice(end + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return { pid: Number(pid), parent: Number(fields[1]), name: stat.slice(stat.indexOf('(') + 1, end), ticks }
  } catch {
    // It ended while the list was read, or there is no /proc.
    return undefined
  }
}

const readWritten = async (pid: number): Promise<number> => {
  const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')
  return Number(/^wchar: (\d+)/m.exec(io)?.[1] ?? Number.NaN)
}

/** @returns undefined where there is no `/proc` */
export const readCpu = async (root: number): Promise<Cpu | undefined> => {
  const names = await readdir('/proc').catch(() => [])
  const read = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))
  const all = read.filter((process) => process !== undefined)
  if (!all.some(({ pid }) => pid === root)) return undefined
  const tree = new Set([root])
  for (let grew = true; grew; ) {
    const before = tree.size
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid)
    grew = tree.size > before
  }
  const members = all.filter(({ pid }) => tree.has(pid))
  const seconds = (of: readonly Process[]): number => of.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond
  const workerds = members.filter(({ name }) => name === 'workerd')
  const written = await Promise.all(workerds.map(({ pid }) => readWritten(pid)))
  return { total: seconds(members), workerd: seconds(workerds), writtenBytes: sum(written) }
}
