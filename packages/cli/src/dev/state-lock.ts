import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Keeps a second process off the same folder: two runtimes would write the same databases, two imports the same progress.
 *
 * @param flag the command's, that names another folder
 * @returns a function that gives it free
 * @throws Error that names the process that has it; one that was killed has it no more
 */
export const lockState = async (stateDir: string, flag = '--state'): Promise<() => Promise<void>> => {
  const file = join(stateDir, 'pid')
  const holder = Number(await readFile(file, 'utf8').catch(() => '0'))
  if (holder > 0 && holder !== process.pid && isRunning(holder))
    throw new Error(
      `the process ${holder} runs on the state in ${stateDir}: end it, or choose another folder with ${flag}`,
    )
  await mkdir(stateDir, { recursive: true })
  await writeFile(file, String(process.pid))
  return () => rm(file, { force: true })
}
