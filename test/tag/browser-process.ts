import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { type BrowserContext, chromium } from 'playwright-core'
import { chromiumArgs, findChromium } from '../e2e/chromium.ts'
import { groupRuns, signalGroup } from '../support/signal-group.ts'

export interface BrowserProcess {
  /** the profile's own context: what it stores is in the profile's folder */
  context: BrowserContext
  /** an orderly end, as of somebody who quits the browser */
  quit(): Promise<void>
  /** kill -9 of the whole process group */
  kill(): Promise<void>
}

const startWithinMs = 20_000
const goneWithinMs = 5_000

const readAddress = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = ''
    const timer = setTimeout(() => reject(new Error(`no browser in ${startWithinMs} ms: ${out}`)), startWithinMs)
    child.stderr!.on('data', (data) => {
      out += data
      const [address] = out.match(/ws:\/\/\S+(?=\s)/) ?? []
      if (address) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`the browser ended with ${code}: ${out}`)))
    child.once('exit', () => clearTimeout(timer))
    child.once('spawn', () => timer.unref())
  })

/**
 * Starts a browser as a user has one: with a profile on disk, in a process group of its own, and without the overrides
 * of a test tool that keep a page focused for ever (it could not be frozen).
 *
 * @param profile a folder; the same one again is the same visitor
 */
export const startBrowser = async (profile: string, flags: string[] = []): Promise<BrowserProcess> => {
  const { executablePath, env } = await findChromium()
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank']
  const child = spawn(executablePath, [...chromiumArgs, ...flags, ...own], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const group = child.pid!
  const untilGone = async (): Promise<void> => {
    for (const deadline = Date.now() + goneWithinMs; groupRuns(group) && Date.now() < deadline; ) await wait(20)
  }
  const kill = async (): Promise<void> => {
    signalGroup(group, 'SIGKILL')
    await untilGone()
  }
  try {
    const browser = await chromium.connectOverCDP(await readAddress(child), { noDefaults: true })
    const quit = async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        const session = await browser.newBrowserCDPSession()
        session.send('Browser.close').catch(() => undefined) // the answer may be lost with the browser
        await Promise.race([ended, wait(goneWithinMs, undefined, { ref: false })])
      }
      await kill()
    }
    return { context: browser.contexts()[0]!, quit, kill }
  } catch (error) {
    await kill()
    throw error
  }
}
