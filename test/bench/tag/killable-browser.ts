import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { type BrowserContext, chromium } from 'playwright-core'
import { type BrowserProgram, chromiumArgs } from '../../e2e/chromium.ts'
import { groupRuns, signalGroup } from '../../support/signal-group.ts'

/** A Chromium with a profile on the disk, as people have it, in a process group of its own. */
export interface KillableBrowser {
  context: BrowserContext
  /** kill -9 of all its processes. @returns when they are gone */
  kill(): Promise<void>
}

const startWithinMs = 30_000
const goneWithinMs = 5_000

const debuggingAddress = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let printed = ''
    const timer = setTimeout(() => reject(new Error(`Chromium was not ready in time: ${printed}`)), startWithinMs)
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${printed}`)))
    child.stderr!.on('data', (data) => {
      printed += data
      const address = /listening on (ws:\S+)/.exec(printed)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
  })

/** @param profile a folder; the same one again is the same visitor who comes back */
export const startKillableBrowser = async (program: BrowserProgram, profile: string): Promise<KillableBrowser> => {
  const flags = [...chromiumArgs, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  const child = spawn(program.executablePath, [...flags, 'about:blank'], {
    detached: true,
    env: program.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const group = child.pid!
  const kill = async (): Promise<void> => {
    signalGroup(group, 'SIGKILL')
    for (const deadline = Date.now() + goneWithinMs; Date.now() < deadline && groupRuns(group); ) await wait(20)
  }
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(child))
    return { context: browser.contexts()[0]!, kill }
  } catch (error) {
    await kill()
    throw error
  }
}
