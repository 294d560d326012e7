import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packed, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

export interface BrowserProgram {
  executablePath: string
  env: Record<string, string>
}

/** Whether a program misses libraries of the system; where ldd is missing too, it is taken to. */
const missesLibraries = (program: string): boolean => {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found')
  } catch {
    return true
  }
}

/**
 * The Chromium to test with: the one of `CHROME_PATH`, else the one that comes through npm, unpacked once to the temporary
 * folder; with the libraries that its package carries, where the machine has none.
 */
export const findChromium = async (): Promise<BrowserProgram> => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
  if (process.env.CHROME_PATH) return { executablePath: process.env.CHROME_PATH, env }
  const executablePath = await packed.executablePath()
  if (!missesLibraries(executablePath)) return { executablePath, env }
  const binaries = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/bin')
  await inflate(join(binaries, 'al2023.tar.br'))
  return {
    executablePath,
    env: { ...env, LD_LIBRARY_PATH: join(tmpdir(), 'al2023/lib'), FONTCONFIG_PATH: join(tmpdir(), 'fonts') },
  }
}

/** Flags that keep a test's browser to itself: no sandbox (tests run as root too), no calls home. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = async (): Promise<Browser> => {
  const { executablePath, env } = await findChromium()
  return chromium.launch({ executablePath, env, args: chromiumArgs, headless: true })
}
