import type { TestProject } from 'vitest/node'
import { startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** the origin of the collector that the whole suite shares */
    collector: string
    /** the file of what it logs */
    collectorLog: string
    /** the process that its workerd is a child of */
    collectorPid: number
  }
}

/** Starts the collector once for all files; those that stop it or change its workspace start their own. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const folder = await makeTempFolder('conformance')
  const { collector, runtime, admin, logFile } = await startSpartito({ folder: folder.path })
  await admin.publish(conformanceWorkspace)
  provide('collector', collector)
  provide('collectorLog', logFile)
  provide('collectorPid', runtime.pid)
  return async () => {
    await runtime.stop()
    await folder.remove()
  }
}
